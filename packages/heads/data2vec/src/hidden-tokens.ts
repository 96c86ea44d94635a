import type { Features, Scope, SymbolicTensor } from '@sensorium/contracts';
import {
  and,
  averagePool,
  cast,
  constant,
  expand,
  flatten,
  greater,
  knownSize,
  less,
  maximum,
  mul,
  scatterElements,
  squeeze,
  sum,
  topK,
  where,
} from '@sensorium/graph';

export interface HidingOptions {
  /** Share of a sample's tokens, 0…1 */
  readonly share: number;
  /** Side of a block, in tokens along the grid. */
  readonly block: number;
}

/**
 * Tokens to hide, in blocks: float32 [B,T], 1 where a token is hidden. Random numbers are averaged over windows of `block`
 * tokens along each axis of the grid, so that neighbours have similar means, and the tokens with the highest ones are hidden:
 * of every sample just the given share of the tokens that it has, at least one, and each token as often as any other.
 */
export function hiddenTokens(scope: Scope, { mask, grid }: Features, { share, block }: HidingOptions): SymbolicTensor {
  const count = knownSize(mask.shape, 1);
  const sides = grid ?? [count];
  const noise = scope.random([...mask.shape.slice(0, 1), 1, ...sides.map((side) => side + block - 1)]);
  const means = flatten(squeeze(averagePool(noise, block, { stride: 1 }), 1));
  const { indices } = topK(where(greater(mask, 0), means, -1), count);
  const places = Array.from({ length: count }, (_, rank) => rank);
  const ranks = expand(constant(places, 'float32', [1, count]), mask.shape, mask);
  const rank = scatterElements(mul(mask, 0), indices, ranks, 1);
  const wanted = maximum(mul(sum(mask, [1], { keep: true }), share), 1);
  return cast(and(less(rank, wanted), greater(mask, 0)), 'float32');
}
