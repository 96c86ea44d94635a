import type { Scope, SymbolicTensor } from '@sensorium/contracts';
import { add, mul } from '../operators/arithmetic.js';
import { relu } from '../operators/activation.js';
import { standardize } from '../operators/normalization.js';
import { unsqueeze } from '../operators/shaping.js';
import { knownSize } from '../shape.js';
import { linear } from './linear.js';

/**
 * A residual block whose features a condition scales and shifts (FiLM, Perez et al. 2018): tokens x [B,T,D], condition c [B,C] → [B,T,D],
 *
 *   x + relu((1 + c G) ⊙ norm(relu(norm(x) W + w) V) + c S + s),   norm(v) = (v − mean(v)) / deviation(v)
 *
 * Layer normalisation stands in for the paper's batch normalisation, so that an answer does not depend on the batch that it is
 * given in.
 */
export function modulatedBlock(scope: Scope, tokens: SymbolicTensor, condition: SymbolicTensor): SymbolicTensor {
  const dim = knownSize(tokens.shape, -1);
  const inner = relu(linear(scope.at('expand'), standardize(tokens), dim));
  const scale = unsqueeze(add(linear(scope.at('scale'), condition, dim, { bias: false }), 1), 1);
  const shift = unsqueeze(linear(scope.at('shift'), condition, dim), 1);
  const read = standardize(linear(scope.at('contract'), inner, dim, { bias: false }));
  return add(tokens, relu(add(mul(read, scale), shift)));
}
