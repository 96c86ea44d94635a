import type { PadOptions } from '../operators/padding.js';
import { indices, position } from './numbers.js';

/** Padding around a tensor of shape `x`. */
export interface PadCase extends PadOptions {
  readonly x: readonly number[];
  readonly padding: readonly number[];
}

export const paddedShape = ({ x, padding }: PadCase): number[] =>
  x.map((size, axis) => size + padding[axis]! + padding[x.length + axis]!);

export function paddedValues(one: PadCase, values: readonly number[]): number[] {
  const { x, padding, mode = 'constant', value = 0 } = one;
  return indices(paddedShape(one)).map((index) => {
    // With negative sizes, what is cut off is not there to be mirrored or repeated.
    const source = index.map((at, axis) => {
      const [before, after] = [Math.min(0, padding[axis]!), Math.min(0, padding[x.length + axis]!)];
      const [low, high] = [-before, x[axis]! + after - 1];
      return lookUp(at - padding[axis]!, low, high, mode);
    });
    return source.includes(OUTSIDE) ? value : values[position(x, source)]!;
  });
}

const OUTSIDE = -1;

/** Which element of low … high is seen at a position. */
function lookUp(at: number, low: number, high: number, mode: string): number {
  if (at >= low && at <= high) return at;
  if (mode === 'edge') return at < low ? low : high;
  if (mode === 'reflect') return at < low ? 2 * low - at : 2 * high - at;
  return OUTSIDE;
}
