import type { Features, Tensor } from '@sensorium/contracts';
import { createScope, input, type Parameter, standardize } from '@sensorium/graph';
import { expectAllClose, runGraph, someWeights } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { text } from './index.js';

const LENGTH = 4;
const DIM = 8;

const encoderOf = (layers: number) =>
  text.create(
    text.options.parse({ tokens: LENGTH, dim: DIM, layers, vocabulary: ['red', 'blue', 'circle', 'square'] }),
    new Map(),
  );

const x = { ids: input('ids', 'int32', ['batch', LENGTH]) };

function build(layers: number, hides = false): { features: Features; parameters: readonly Parameter[] } {
  const scope = createScope();
  const present = input('present', 'float32', ['batch', 1]);
  const hidden = hides ? input('hide', 'float32', ['batch', LENGTH]) : undefined;
  return { features: encoderOf(layers).build(scope, x, present, hidden), parameters: scope.parameters };
}

const idsOf = (value: string): Tensor => encoderOf(1).prepare(value)['ids']!;
const numbers = (tensor: Tensor | undefined): number[] => Array.from(tensor!.data, Number);
const second: Tensor = { dtype: 'float32', shape: [1, LENGTH], data: Float32Array.of(0, 1, 0, 0) };

describe('a word that is hidden', () => {
  const { features, parameters } = build(2, true);
  const { tokens, pooled } = features;
  const weights = someWeights(parameters);
  const run = (value: string) => runGraph({ tokens, pooled }, { ids: idsOf(value), hide: second }, weights);

  it('is not seen', async () => {
    const [one, other] = [await run('red circle'), await run('red square')];
    expect(numbers(one['tokens'])).toEqual(numbers(other['tokens']));
    expect(numbers(one['pooled'])).toEqual(numbers(other['pooled']));
    expect(numbers((await run('blue circle'))['pooled'])).not.toEqual(numbers(one['pooled']));
  });

  it('has a learned embedding in place of its own', async () => {
    const blue = numbers(weights['words/table']).slice(3 * DIM, 4 * DIM);
    const own = { ...weights, hidden: { dtype: 'float32', shape: [DIM], data: Float32Array.from(blue) } as const };
    const found = await runGraph({ tokens }, { ids: idsOf('red circle'), hide: second }, own);
    const expected = await runGraph({ tokens: build(2).features.tokens }, { ids: idsOf('red blue') }, own);
    expectAllClose(numbers(found['tokens']), numbers(expected['tokens']));
  });

  it('has it only where something asks for it', () => {
    const own = build(2).parameters.map(({ name }) => name);
    expect(own).not.toContain('hidden');
    expect(parameters.map(({ name }) => name).filter((name) => name !== 'hidden')).toEqual(own);
  });
});

it('the content of a text is its ids, of which there are two more than words: padding, and the unknown', () => {
  expect(encoderOf(1).content!(x)).toEqual({ ids: x.ids, count: 6, unknown: 1 });
});

it('there is a layer for every block, and the tokens are the last one, standardized', async () => {
  const { features, parameters } = build(3);
  expect(features.layers?.map(({ shape }) => shape)).toEqual(Array(3).fill(['batch', LENGTH, DIM]));
  const outputs = { tokens: features.tokens, last: standardize(features.layers!.at(-1)!) };
  const { tokens, last } = await runGraph(outputs, { ids: idsOf('a red circle') }, someWeights(parameters));
  expectAllClose(numbers(tokens), numbers(last));
  expect(build(0).features.layers).toBeUndefined();
});
