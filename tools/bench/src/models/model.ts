import type { Scope, SymbolicTensor, Tensor, TensorSpec } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { input } from '@sensorium/graph';

/** A model that our engine and the peers have under the same name, with the same names and shapes of parameters. */
export interface Model {
  readonly name: string;
  /** What it reads and what it shall give, with the batch dimension. */
  readonly batch: { readonly x: TensorSpec; readonly y: TensorSpec };
  build(scope: Scope, batch: { readonly x: SymbolicTensor; readonly y: SymbolicTensor }): SymbolicTensor;
}

/** `count` batches [count,…]: normal floats, and labels below `classes`. */
export function randomBatches({ batch }: Model, count: number, seed: number, classes = 1): { x: Tensor; y: Tensor } {
  const random = createRandom(seed, 'batches');
  const fill = ({ dtype, shape }: TensorSpec): Tensor =>
    dtype === 'int32'
      ? {
          dtype,
          shape: [count, ...shape],
          data: new Int32Array(count * sizeOf(shape)).map(() => random.integer(classes)),
        }
      : floats([count, ...shape], () => random.normal());
  return { x: fill(batch.x), y: fill(batch.y) };
}

/** [1,…] → […] */
export const onlyBatch = (tensor: Tensor): Tensor => ({ ...tensor, shape: tensor.shape.slice(1) });

/** Inputs `x` and `y` of one batch. */
export function batchSymbols({ batch: { x, y } }: Model): { readonly x: SymbolicTensor; readonly y: SymbolicTensor } {
  return { x: input('x', x.dtype, x.shape), y: input('y', y.dtype, y.shape) };
}

export function floats(shape: readonly number[], value: () => number): Tensor {
  return { dtype: 'float32', shape, data: new Float32Array(sizeOf(shape)).map(value) };
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
