import type { Content, Model, Tensor, Tensors } from '@sensorium/contracts';
import { input } from '@sensorium/graph';
import { makeTensor } from '@sensorium/tensors';
import { expect } from 'vitest';

/** Inputs of the tests have so many features, and so many words. */
const WIDTH = 2;
const WORDS = 3;

/**
 * A model whose inputs are fed as features: `image.pooled` [B,2], `image.present` [B,1]; for those with words `en.ids` and
 * `en.mask` [B,3] too.
 */
export function modelOf(of: readonly string[], words: readonly string[] = []): Model {
  const port = (name: string, ...shape: number[]) => input(name, 'float32', ['batch', ...shape]);
  const features = (name: string) => ({
    tokens: port(`${name}.tokens`, WORDS, WIDTH),
    mask: port(`${name}.mask`, WORDS),
    pooled: port(`${name}.pooled`, WIDTH),
    present: port(`${name}.present`, 1),
  });
  const never = () => expect.fail('embedding encodes and fuses nothing again');
  const all = Object.fromEntries(of.map((name) => [name, features(name)]));
  const contents = Object.fromEntries(
    words.map((name): [string, Content] => [
      name,
      { ids: input(`${name}.ids`, 'int32', ['batch', WORDS]), count: 9, unknown: 8 },
    ]),
  );
  return {
    features: all,
    inputs: of,
    input: (name) => ({
      x: {},
      present: all[name]!.present,
      content: contents[name],
    }),
    encode: never,
    fuse: never,
  };
}

export interface Sample {
  /** [2]; null where the sample lacks the input */
  readonly pooled: readonly [number, number] | null;
  /** 0 is padding, 8 an unknown word. */
  readonly ids?: readonly [number, number, number];
}

/** What is fed for some samples of one input. */
export function feed(name: string, samples: readonly Sample[]): Record<string, Tensor> {
  const ids = samples.flatMap((sample) => sample.ids ?? [1, 0, 0]);
  const tensors: Tensors = {
    pooled: makeTensor(
      'float32',
      [samples.length, WIDTH],
      samples.flatMap(({ pooled }) => pooled ?? [3, -4]),
    ),
    present: makeTensor(
      'float32',
      [samples.length, 1],
      samples.map(({ pooled }) => Number(pooled !== null)),
    ),
    ids: makeTensor('int32', [samples.length, WORDS], ids),
    mask: makeTensor(
      'float32',
      [samples.length, WORDS],
      ids.map((id) => Number(id > 0)),
    ),
  };
  return Object.fromEntries(Object.entries(tensors).map(([port, tensor]) => [`${name}.${port}`, tensor]));
}

/** Projections that leave the features as they are, and the other weights. */
export function identities(
  of: readonly string[],
  others: Readonly<Record<string, number>> = {},
): Record<string, Tensor> {
  return {
    ...Object.fromEntries(of.map((name) => [`${name}/project/weight`, makeTensor('float32', [2, 2], [1, 0, 0, 1])])),
    ...Object.fromEntries(Object.entries(others).map(([name, value]) => [name, makeTensor('float32', [], [value])])),
  };
}
