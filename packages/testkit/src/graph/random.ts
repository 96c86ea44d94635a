import type { DataType, RandomKind, Tensor } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import type { Parameter } from '@sensorium/graph';
import { emptyTensor } from '@sensorium/tensors';

const random = createRandom(1, 'testkit');

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Away from the first values: a gate that starts at 0 would hide what is wrong behind it. */
export function someWeights(
  parameters: readonly Pick<Parameter, 'name' | 'shape' | 'initialize'>[],
): Record<string, Tensor> {
  return Object.fromEntries(
    parameters.map(({ name, shape, initialize }) => {
      const stream = random.fork(name);
      const data = initialize(shape, stream).map((value) => value + 0.1 * stream.normal());
      return [name, { dtype: 'float32', shape, data }];
    }),
  );
}

/** float32 random numbers, the same for the same name. */
export function randomTensor(name: string, shape: readonly number[], kind: RandomKind = 'normal'): Tensor<'float32'> {
  const stream = random.fork(name);
  return { dtype: 'float32', shape, data: Float32Array.from({ length: product(shape) }, () => stream[kind]()) };
}

/** For inputs that only a part knows: random numbers of [0, 1), and zeros where they are whole. */
export function neutralTensor(name: string, dtype: DataType, shape: readonly number[]): Tensor {
  return dtype === 'float32'
    ? randomTensor(name, shape, 'uniform')
    : { ...emptyTensor({ dtype, shape: shape.slice() }, 1), shape };
}
