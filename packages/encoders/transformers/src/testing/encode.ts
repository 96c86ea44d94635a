import type { PluginFiles, Tensor, Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { createScope, input } from '@sensorium/graph';
import { runGraph } from '@sensorium/testkit';
import type { Model } from '@sensorium/testkit/hub';
import type { z } from 'zod';
import { transformers } from '../index.js';
import type { Options } from '../options.js';

export type Given = z.input<typeof transformers.options>;

/** The files of a model in the folder `./model`. */
export const filesOf = (model: Model): PluginFiles =>
  new Map([...model].map(([name, bytes]) => [`./model/${name}`, bytes]));

async function* stream(values: readonly unknown[]): AsyncGenerator<unknown> {
  yield* values;
}

export const learn = (model: Model, given: Omit<Given, 'model'>, values: readonly unknown[]): Promise<Options> =>
  learnFrom(filesOf(model), { model: './model', ...given }, values);

export async function learnFrom(files: PluginFiles, given: Given, values: readonly unknown[]): Promise<Options> {
  const learned = await transformers.learn!(transformers.options.parse(given), stream(values), files);
  return transformers.options.parse(JSON.parse(JSON.stringify(learned)));
}

export interface Encoded {
  readonly tokens: Tensor;
  readonly mask: Tensor;
  readonly pooled: Tensor;
}

/** Features of one value at a time, with the weights of the file. */
export async function encode(model: Model, learned: Options, values: readonly unknown[]): Promise<Encoded[]> {
  const encoder = transformers.create(learned, filesOf(model));
  const scope = createScope();
  const x = Object.fromEntries(
    Object.entries(encoder.kept).map(([name, { dtype, shape }]) => [name, input(name, dtype, ['batch', ...shape])]),
  );
  const { tokens, mask, pooled } = encoder.build(scope, x, input('present', 'float32', ['batch', 1]));
  const weights = scope.parameters.map(({ name, shape, initialize }): [string, Tensor] => [
    name,
    { dtype: 'float32', shape, data: initialize(shape, createRandom(1, name)) },
  ]);
  const present: Tensors = { present: { dtype: 'float32', shape: [1, 1], data: Float32Array.of(1) } };
  const prepared = transformers.create(learned, new Map());
  const encoded: Encoded[] = [];
  for (const value of values) {
    const feeds = { ...prepared.prepare(value), ...present };
    encoded.push((await runGraph({ tokens, mask, pooled }, feeds, Object.fromEntries(weights))) as unknown as Encoded);
  }
  return encoded;
}

export const numbersOf = ({ data }: { readonly data: ArrayLike<number | bigint> }): number[] =>
  Array.from(data, Number);
