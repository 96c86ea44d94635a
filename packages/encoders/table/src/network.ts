import type { Features, Scope, SymbolicTensor, Symbols } from '@sensorium/contracts';
import { concat, constant, flatten, knownSize, linear, mul, standardize, unsqueeze } from '@sensorium/graph';
import { embedCells } from './embed-cells.js';
import { ensembleOf } from './ensemble.js';
import type { Layout } from './layout.js';

/**
 * Cells → features. Tokens [B,C+1,dim]: each column, then the row as a whole, which is pooled, too.
 */
export function buildFeatures(scope: Scope, x: Symbols, present: SymbolicTensor, layout: Layout): Features {
  const cells = embedCells(scope, x, layout);
  const pooled = ensembleOf(scope.at('ensemble'), flatten(cells), layout);
  const columns = linear(scope.at('project'), standardize(cells), layout.dim);
  const tokens = concat([columns, unsqueeze(pooled, 1)], 1);
  const mask = mul(present, constant(new Array<number>(knownSize(tokens.shape, 1)).fill(1)));
  return { tokens, mask, pooled, present };
}
