import {
  type DataType,
  required,
  SensoriumError,
  type Tensor,
  type Tensors,
  type TensorSpec,
  type TypedArray,
  typedArrays,
} from '@sensorium/contracts';
import { fromHalf } from './half.js';

/** The same numbers as float32. */
export function toFloat32({ dtype, shape, data }: Tensor): Tensor<'float32'> {
  if (data instanceof Float32Array) return { dtype: 'float32', shape, data };
  const number = dtype === 'float16' ? (bits: number | bigint) => fromHalf(Number(bits)) : Number;
  return { dtype: 'float32', shape, data: Float32Array.from(Array.from<number | bigint, number>(data, number)) };
}

/** Zeros [count,…spec]. */
export function emptyTensor({ dtype, shape }: TensorSpec, count: number): Tensor {
  const size = shape.reduce((a, b) => a * b, count);
  return { dtype, shape: [count, ...shape], data: new typedArrays[dtype](size) };
}

/** Tensors [1,…] of at least one sample → one [n,…] for each name. Every sample has the same names and shapes. */
export function stack(samples: readonly Tensors[]): Record<string, Tensor> {
  const first = required(samples[0], 'a sample to stack');
  if (samples.length === 1) return { ...first };
  return Object.fromEntries(
    Object.entries(first).map(([name, { dtype, shape, data }]) => {
      const all = emptyTensor({ dtype, shape: shape.slice(1) }, samples.length);
      for (const [index, sample] of samples.entries()) {
        copy(all.data, required(sample[name], `the tensor "${name}" of sample ${index}`).data, index * data.length);
      }
      return [name, all];
    }),
  );
}

function copy(target: TypedArray, source: TypedArray, offset: number): void {
  // Both have the same element type, which TypeScript cannot see through the union.
  (target as Float32Array).set(source as Float32Array, offset);
}

/** Row `index` of [n,…] tensors, as [1,…]. */
export function row(tensors: Tensors, index: number): Record<string, Tensor> {
  return rows(tensors, index, index + 1);
}

/** Rows start … stop − 1 of [n,…] tensors; views, not copies. */
export function rows(tensors: Tensors, start: number, stop: number): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape, data }]) => {
      const size = data.length / Math.max(1, required(shape[0], `the number of rows of "${name}"`));
      return [
        name,
        { dtype, shape: [stop - start, ...shape.slice(1)], data: data.subarray(start * size, stop * size) },
      ];
    }),
  );
}

/** The given rows of [n,…] tensors, in that order; a copy. */
export function gatherRows(tensors: Tensors, indices: Uint32Array): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape, data }]) => {
      const result = emptyTensor({ dtype, shape: shape.slice(1) }, indices.length);
      const size = result.data.length / Math.max(1, indices.length);
      indices.forEach((index, position) =>
        copy(result.data, data.subarray(index * size, (index + 1) * size), position * size),
      );
      return [name, result];
    }),
  );
}

/** A tensor of the given numbers, in row-major order. Throws SENSORIUM_DTYPE for float16. */
export function makeTensor(dtype: DataType, shape: readonly number[], list: readonly number[]): Tensor {
  switch (dtype) {
    case 'float32':
      return { dtype, shape, data: Float32Array.from(list) };
    case 'float64':
      return { dtype, shape, data: Float64Array.from(list) };
    case 'int64':
      return { dtype, shape, data: BigInt64Array.from(list, BigInt) };
    case 'int32':
      return { dtype, shape, data: Int32Array.from(list) };
    case 'uint8':
    case 'bool':
      return { dtype, shape, data: Uint8Array.from(list) };
    case 'float16':
      throw new SensoriumError({ code: 'SENSORIUM_DTYPE', message: 'constants of type float16 are not supported' });
  }
}

/** The elements as bytes: little-endian, as are all machines that run JavaScript engines today. */
export function tensorBytes({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
