import { isDeepStrictEqual } from 'node:util';
import { required, typedArrays, type DataType, type Tensor, type Tensors } from '@sensorium/contracts';
import { emptyTensor } from '@sensorium/tensors';

export const numbersOf = (tensor: Pick<Tensor, 'data'>): number[] => Array.from(tensor.data, Number);

export const isFinite = (tensor: Tensor): boolean => numbersOf(tensor).every(Number.isFinite);

/** The largest absolute value; Infinity if any is not finite, 0 if there is none. */
export const largest = (tensor: Tensor): number =>
  numbersOf(tensor).reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : Infinity), 0);

/** A tensor by its name, which must be there. */
export const tensorOf = (tensors: Tensors, name: string): Tensor => required(tensors[name], `the tensor "${name}"`);

/** Whether a tensor has this type and shape, and the array that belongs to them. */
export function isTyped({ dtype, shape, data }: Tensor, wanted: DataType, size: readonly number[]): boolean {
  const expected = new typedArrays[wanted]();
  return (
    dtype === wanted &&
    isDeepStrictEqual([...shape], [...size]) &&
    Object.prototype.toString.call(data) === Object.prototype.toString.call(expected) &&
    data.length === size.reduce((a, b) => a * b, 1)
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
  return filled(tensor.shape, (index) => map(Number(tensor.data[index]), index));
}

/** Slices of a tensor along an axis, in the given order. */
export function gatherAxis(tensor: Tensor, axis: number, indices: readonly number[]): Tensor {
  const size = required(tensor.shape[axis], `axis ${axis}`);
  const inner = tensor.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const shape = tensor.shape.with(axis, indices.length);
  const result = { ...emptyTensor({ dtype: tensor.dtype, shape }, 1), shape };
  result.data.forEach((_, place) => {
    const [outer, along] = [Math.floor(place / inner / indices.length), Math.floor(place / inner) % indices.length];
    const from = (outer * size + required(indices[along], 'an index')) * inner + (place % inner);
    result.data[place] = required(tensor.data[from], `element ${from}`);
  });
  return result;
}
