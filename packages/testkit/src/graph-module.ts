import type { Dimension, Scope, Symbols, SymbolicTensor, Tensor, Tensors, TensorSpecs } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { createScope, input, type Parameter } from '@sensorium/graph';
import { openGraph } from './run-graph.js';

/** An encoder, a fusion or a head as the checks see them: a graph with inputs, parameters and outputs. */
export interface GraphModule {
  /** Shapes of one sample. */
  readonly inputs: TensorSpecs;
  /** Several different samples [N,…] for each of `inputs`. */
  readonly samples: Tensors;
  /** `x` holds [B,…] for each of `inputs`. */
  build(scope: Scope, x: Symbols): Symbols;
  /** A scalar that depends on everything that can be learned. */
  loss(outputs: Symbols, x: Symbols): SymbolicTensor;
}

/** A module built once. */
export interface Instance {
  readonly x: Symbols;
  readonly outputs: Symbols;
  readonly parameters: readonly Parameter[];
  /** Names and shapes of the random bytes that training feeds. */
  readonly noise: TensorSpecs;
}

const random = createRandom(1, 'testkit');

/** The name of the batch dimension where its size is not known. */
export const BATCH = 'batch';

export function instantiate(module: GraphModule, batch: Dimension, mode: Scope['mode'] = 'inference'): Instance {
  const noise: Record<string, { dtype: 'uint8'; shape: readonly number[] }> = {};
  const feedNoise = (shape: readonly number[]): SymbolicTensor => {
    const name = `noise/${Object.keys(noise).length}`;
    noise[name] = { dtype: 'uint8', shape };
    return input(name, 'uint8', shape);
  };
  const scope = createScope(mode === 'training' ? feedNoise : undefined);
  const x = mapEntries(module.inputs, ({ dtype, shape }, name) => input(inputName(name), dtype, [batch, ...shape]));
  return { x, outputs: module.build(scope.at('module'), x), parameters: scope.parameters, noise };
}

const inputName = (name: string): string => `input/${name}`;

/** Away from the first values: a gate that starts at 0 would hide what is wrong behind it. */
export function someWeights(parameters: readonly Parameter[]): Record<string, Tensor> {
  return Object.fromEntries(
    parameters.map(({ name, shape, initialize }) => {
      const stream = random.fork(name);
      const data = initialize(shape, stream).map((value) => value + 0.1 * stream.normal());
      return [name, { dtype: 'float32', shape, data }];
    }),
  );
}

export function randomNoise(noise: TensorSpecs): Record<string, Tensor> {
  return mapEntries(noise, ({ shape }, name) => {
    const data = random.fork(name).bytes(shape.reduce((a, b) => a * b, 1));
    return { dtype: 'uint8', shape, data };
  });
}

/** Standard normal numbers, the same for the same name. */
export function randomTensor(name: string, shape: readonly number[]): Tensor<'float32'> {
  const stream = random.fork(name);
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => stream.normal());
  return { dtype: 'float32', shape, data };
}

/** Loads the graph behind `outputs` while `use` needs it. Samples have the names of the module's inputs. */
export async function withGraph<T>(
  outputs: Symbols,
  parameters: readonly Parameter[],
  use: (run: RunSamples) => Promise<T>,
): Promise<T> {
  return openGraph(outputs, someWeights(parameters), (run) =>
    use((samples, noise = {}) =>
      run({
        ...noise,
        ...Object.fromEntries(Object.entries(samples).map(([name, tensor]) => [inputName(name), tensor])),
      }),
    ),
  );
}

type RunSamples = (samples: Tensors, noise?: Tensors) => Promise<Record<string, Tensor>>;

/** Loads a module for inference with any batch size while `use` needs it. */
export async function withModule<T>(module: GraphModule, use: (run: RunSamples) => Promise<T>): Promise<T> {
  const { outputs, parameters } = instantiate(module, BATCH);
  return withGraph(outputs, parameters, use);
}

export function mapEntries<A, B>(
  record: Readonly<Record<string, A>>,
  map: (value: A, name: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}
