import { isDeepStrictEqual } from 'node:util';
import type { DataType, Tensor } from '@sensorium/contracts';
import { emptyTensor } from '@sensorium/tensors';

export const numbersOf = (tensor: Pick<Tensor, 'data'> | undefined): number[] => Array.from(tensor?.data ?? [], Number);

export const isFinite = (tensor: Tensor): boolean => numbersOf(tensor).every(Number.isFinite);

/** Whether a tensor has this type and shape, and the array that belongs to them. */
export function isTyped({ dtype, shape, data }: Tensor, wanted: DataType, size: readonly number[]): boolean {
  const { data: expected } = emptyTensor({ dtype: wanted, shape: size }, 1);
  return (
    dtype === wanted &&
    isDeepStrictEqual([...shape], [...size]) &&
    Object.prototype.toString.call(data) === Object.prototype.toString.call(expected) &&
    data.length === expected.length
  );
}

/** float32 values made of each element's index. */
export const filled = (shape: readonly number[], value: (index: number) => number): Tensor<'float32'> => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => value(index)),
});

/** A float32 tensor with each element made anew. */
export function mapTensor(tensor: Tensor, map: (value: number, index: number) => number): Tensor<'float32'> {
  const values = numbersOf(tensor);
  return filled(tensor.shape, (index) => map(values[index] ?? NaN, index));
}
