import type { Features, Scope, SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  dropout,
  knownSize,
  linear,
  maxPool,
  normal,
  pad,
  reshape,
  squeeze,
  standardize,
  transformerBlock,
  transpose,
} from '@sensorium/graph';
import { type LearnedOptions, networkOf } from './options.js';
import { type Fed, featuresOf, windowsOf } from './windowed.js';

/** Rows of a patch. */
const ROWS = 8;

/**
 * Windows of series → features, as ImageBind reads its inertial sensors (Girdhar et al. 2023): 8 rows of all channels are a token,
 * so that 6 channels of 2,000 rows are 250 patches of 48 numbers; learned positions, then pre-norm transformer blocks.
 */
export function patches(scope: Scope, fed: Fed, present: SymbolicTensor, given: LearnedOptions): Features {
  const { dim, depth, heads } = networkOf(given);
  const { x, mask } = windowsOf(fed, given);
  const [channels, rows] = [knownSize(x.shape, 1), knownSize(x.shape, 2)];
  const places = Math.ceil(rows / ROWS);
  const missing = places * ROWS - rows;
  const batch = x.shape.slice(0, 1);
  const cut = reshape(pad(x, 2, 0, missing), [...batch, channels, places, ROWS]);
  const numbers = reshape(transpose(cut, [0, 2, 1, 3]), [...batch, places, channels * ROWS]);
  const real = maxPool(pad(mask, 2, 0, missing), ROWS);
  let tokens = add(linear(scope.at('patch'), numbers, dim), scope.parameter('positions', [places, dim], normal(0.02)));
  for (let layer = 0; layer < depth; layer++) {
    tokens = transformerBlock(scope.at(`layer${layer}`), tokens, {
      heads,
      mask: squeeze(real, 1),
      dropout: given.dropout,
    });
  }
  const features = dropout(scope, standardize(tokens), given.dropout);
  return featuresOf(linear(scope.at('project'), features, dim), real, fed, present);
}
