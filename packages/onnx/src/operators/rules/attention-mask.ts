import type { Shape, SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { multiplyDimensions } from '@sensorium/graph/transform';

/** Sizes of attention: samples, queries, and keys with those of earlier runs. */
export interface AttentionSizes {
  readonly batch: Shape[number];
  readonly queries: Shape[number];
  readonly keys: Shape[number];
}

/**
 * What is added to the scores [B,heads,T,S] where keys are masked, as ONNX Runtime reads a mask: [B,S] or [B,T,S], 1 where a
 * key is seen; [B,1,T,S] of one size T = S; lengths [B]; or ends [B] and then beginnings [B] in one list. Undefined for others.
 *
 * @param keys [B,heads,S,D]
 * @param filter what is added
 */
export function maskedScores(
  mask: SymbolicTensor,
  keys: SymbolicTensor,
  { batch, queries, keys: count }: AttentionSizes,
  filter: number,
): SymbolicTensor | undefined {
  const hidden = (seen: SymbolicTensor): SymbolicTensor => g.mul(g.sub(1, g.cast(seen, keys.dtype)), filter);
  const [first] = mask.shape;
  switch (mask.shape.length) {
    case 1:
      if (first === batch) return hidden(g.less(positionsOf(keys), perSample(mask)));
      return first === multiplyDimensions(2, batch) ? hidden(betweenEnds(mask, keys)) : undefined;
    case 2:
      return hidden(g.unsqueeze(g.unsqueeze(mask, 1), 1));
    case 3:
      return hidden(g.unsqueeze(mask, 1));
    default:
      return queries === count && mask.shape[2] === count && mask.shape[3] === count ? hidden(mask) : undefined;
  }
}

/** Ends of all samples, then beginnings. */
function betweenEnds(mask: SymbolicTensor, keys: SymbolicTensor): SymbolicTensor {
  const both = g.reshape(mask, [2, -1]);
  const [ends, begins] = [0, 1].map((row) => perSample(g.squeeze(g.slice(both, 0, row, row + 1), 0))) as [
    SymbolicTensor,
    SymbolicTensor,
  ];
  const positions = positionsOf(keys);
  return g.and(g.less(positions, ends), g.greaterOrEqual(positions, begins));
}

/** [B] → [B,1,1,1] */
const perSample = (x: SymbolicTensor): SymbolicTensor => g.cast(g.reshape(x, [...x.shape, 1, 1, 1]), 'int64');

/** 0 … S − 1 for keys [B,heads,S,D]. */
const positionsOf = (keys: SymbolicTensor): SymbolicTensor =>
  g.range(0, g.lengthOf(keys, 2), 1, { dimension: keys.shape[2] });

/** Far below every score for keys that come after their query, [T,S]. The queries are the last of all keys. */
export function ahead(query: SymbolicTensor, key: SymbolicTensor, past: SymbolicTensor | undefined): SymbolicTensor {
  const own = positionsOf(query);
  const queries = past ? g.add(own, g.lengthOf(past, 2)) : own;
  const isAhead = g.greater(g.unsqueeze(positionsOf(key), 0), g.unsqueeze(queries, 1));
  return g.mul(g.cast(isAhead, query.dtype), FAR_BELOW);
}

/** Finite, so that what may look nowhere is not NaN. */
export const FAR_BELOW = -1e9;
