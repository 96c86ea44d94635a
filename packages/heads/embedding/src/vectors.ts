import { required, type Tensor } from '@sensorium/contracts';
import { toFloat32 } from '@sensorium/tensors';

/** The vectors of a tensor [B,dim]; views, not copies. */
export function vectorsOf(tensor: Tensor | undefined): Float32Array[] {
  const { data, shape } = toFloat32(required(tensor, 'an output of vectors'));
  const [count, dim] = [required(shape[0], 'the batch'), required(shape[1], 'the width of a vector')];
  return Array.from({ length: count }, (_, row) => data.subarray(row * dim, (row + 1) * dim));
}

/** Whether the sample has the input: else its vector is zeros. */
export const isThere = (vector: Float32Array): boolean => vector.some((value) => value !== 0);

/** Of unit vectors: the cosine between them. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] as number) * (b[index] as number);
  return sum;
}
