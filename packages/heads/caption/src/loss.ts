import type { Scope, SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  cast,
  constant,
  div,
  equal,
  gatherElements,
  greater,
  logSoftmax,
  mean,
  mul,
  neg,
  or,
  pad,
  slice,
  squeeze,
  sum,
  unsqueeze,
} from '@sensorium/graph';
import { BOUNDARY } from './codec.js';
import { decode, type DecoderOptions, type Memory } from './decoder.js';

/**
 * Cross-entropy of texts [B,T] in nats by teacher forcing: each place is predicted from what truly stands before it.
 *
 *   1/B Σ_b 1/N_b Σ_{t<N_b} −[(1 − s) log p(id_bt) + s/V Σ_v log p(v)]
 *
 * N_b counts the pieces of a text and its end, s is the smoothing: a text weighs as much as any other, however long.
 */
export function captionLoss(
  scope: Scope,
  memory: Memory,
  ids: SymbolicTensor,
  { labelSmoothing: smoothing, ...options }: DecoderOptions & { readonly labelSmoothing: number },
): SymbolicTensor {
  const { tokens } = options;
  const before = slice(pad(ids, 1, 1, 0), 1, 0, tokens);
  const positions = constant(
    Array.from({ length: tokens }, (_, place) => place),
    'int64',
    [1, tokens],
  );
  const { logits } = decode(scope, { ids: before, positions, memory }, options);
  const logarithms = logSoftmax(logits);
  const own = squeeze(gatherElements(logarithms, unsqueeze(ids, 2), 2), 2);
  const smoothed = smoothing > 0 ? add(mul(own, 1 - smoothing), mul(mean(logarithms, [2]), smoothing)) : own;
  // A place counts that comes first, or behind a piece.
  const counts = cast(or(equal(positions, 0), greater(before, BOUNDARY)), 'float32');
  return neg(mean(div(sum(mul(smoothed, counts), [1]), sum(counts, [1]))));
}
