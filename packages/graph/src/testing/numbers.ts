import type { DataType, Tensor } from '@sensorium/contracts';
import { makeTensor } from '@sensorium/tensors';

/** Reads a tensor at an index, which may have more axes (leading ones) or run over axes of size 1: NumPy broadcasting. */
export type Read = (index: readonly number[]) => number;

/** Different numbers between `low` and `high`, far from each other, the same for the same seed. */
function spread(count: number, seed: number, low = -2, high = 2): number[] {
  return Array.from({ length: count }, (_, k) => low + (high - low) * (((k + 1) * 0.6180339887 + seed * 0.379) % 1));
}

export function spreadTensor(
  dtype: DataType,
  shape: readonly number[],
  seed: number,
  low?: number,
  high?: number,
): Tensor {
  return makeTensor(dtype, shape, spread(size(shape), seed, low, high));
}

export function reader({ shape, data }: Pick<Tensor, 'shape' | 'data'>): Read {
  return (index) => Number(data[position(shape, index.slice(index.length - shape.length))]);
}

/** Where the element of an index lies in row-major order. */
export function position(shape: readonly number[], index: readonly number[]): number {
  return shape.reduce((sum, length, axis) => sum * length + (length === 1 ? 0 : index[axis]!), 0);
}

/** Every index of a shape, in row-major order. */
export function indices(shape: readonly number[]): number[][] {
  const [first, ...rest] = shape;
  if (first === undefined) return [[]];
  return range(first).flatMap((i) => indices(rest).map((tail) => [i, ...tail]));
}

export const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
export const total = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
export const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** |a − b| / |b| of two vectors; |a| where b is 0. */
export function relativeError(actual: readonly number[], expected: readonly number[]): number {
  const norm = (list: readonly number[]): number => Math.sqrt(total(list.map((value) => value ** 2)));
  if (actual.length !== expected.length) return Infinity;
  return norm(actual.map((value, index) => value - expected[index]!)) / (norm(expected) || 1);
}
