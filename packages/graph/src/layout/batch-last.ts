import { required, type Shape, type SymbolicTensor } from '@sensorium/contracts';
import { flatten, reshape, transpose } from '../operators/shaping.js';

/** [B,…] → […,B]. As the transposition of one matrix, which ONNX Runtime does by blocks and on all threads. */
export function batchLast(x: SymbolicTensor): SymbolicTensor {
  return reshape(transpose(flatten(x, 1), [1, 0]), lastShape(x.shape));
}

/** The inverse of `batchLast`. */
export function batchFirst(x: SymbolicTensor): SymbolicTensor {
  return reshape(transpose(flatten(x, 0, x.shape.length - 1), [1, 0]), naturalShape(x.shape));
}

export const lastShape = ([batch, ...rest]: Shape): Shape => [...rest, required(batch, 'the batch')];

export const naturalShape = (shape: Shape): Shape => [...shape.slice(-1), ...shape.slice(0, -1)];
