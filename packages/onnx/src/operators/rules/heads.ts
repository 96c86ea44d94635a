import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { knownSize } from '@sensorium/graph';

/** [B,T,heads·D] → [B,heads,T,D] */
export function inHeads(x: SymbolicTensor, heads: number): SymbolicTensor {
  const apart = g.reshape(x, [...x.shape.slice(0, 2), heads, knownSize(x.shape, 2) / heads]);
  return g.transpose(apart, [0, 2, 1, 3]);
}

/** [B,heads,T,D] → [B,T,heads·D] */
export const mergedHeads = (x: SymbolicTensor): SymbolicTensor => g.flatten(g.transpose(x, [0, 2, 1, 3]), 2);
