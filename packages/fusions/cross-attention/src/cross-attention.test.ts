import type { Tensor, Tensors } from '@sensorium/contracts';
import { createScope } from '@sensorium/graph';
import {
  affine,
  attentionBlock,
  conformsAsFusion,
  conformsToReadme,
  expectAllClose,
  featureInputs,
  runGraph,
  someWeights,
  standardized,
  tensor,
  type Rows,
} from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { crossAttention } from './index.js';

conformsAsFusion(crossAttention, {
  options: [{}, { dim: 6, heads: 3, layers: 1, selfLayers: 2, expansion: 1.5, dropout: 0.5 }],
});
conformsToReadme(crossAttention, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const DIM = 4;
const SMALL = { dim: DIM, heads: 2, layers: 2, selfLayers: 1 };

function fuse(given: z.input<typeof crossAttention.options>, names: readonly string[] = ['image', 'text']) {
  const scope = createScope();
  const all = { image: featureInputs('image', 2, 3), text: featureInputs('text', 1, 2) };
  const parts = Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
  const features = crossAttention.create(crossAttention.options.parse(given), new Map()).build(scope, parts);
  const { tokens, mask, pooled, present } = features;
  return {
    features: { tokens, mask, pooled, present },
    weights: someWeights(scope.parameters),
    names: scope.parameters.map(({ name }) => name),
  };
}

const image = [
  [1, 2, 3],
  [-1, 0, 1],
];
const text = [[0.5, -1]];

/** The sequence of an input, and what of it is to be seen. */
interface Input {
  readonly name: string;
  readonly rows: Rows;
  readonly mask: readonly number[];
}

const samples: Tensors = {
  'image.tokens': tensor([1, 2, 3], ...image.flat()),
  'image.mask': tensor([1, 2], 1, 0),
  'image.present': tensor([1, 1], 1),
  'text.tokens': tensor([1, 1, 2], ...text.flat()),
  'text.mask': tensor([1, 1], 1),
  'text.present': tensor([1, 1], 1),
};

describe('cross-attention', () => {
  const { features, weights, names } = fuse(SMALL);

  it('asks with each input the other one, and makes of all that it was told what stands at its tokens', async () => {
    const { tokens, mask, pooled, present } = await runGraph(features, samples, weights);
    const [ofImage, ofText] = [
      { name: 'image', rows: streamOf(weights, 'image', image), mask: [1, 1, 0] },
      { name: 'text', rows: streamOf(weights, 'text', text), mask: [1, 1] },
    ];
    const expected = { image: toldBy(weights, ofImage, ofText), text: toldBy(weights, ofText, ofImage) };
    expect(tokens!.shape).toEqual([1, 5, DIM]);
    expectAllClose(numbers(tokens), [...expected.image, ...expected.text].flat());
    expect(numbers(mask)).toEqual([1, 1, 0, 1, 1]);
    expect(numbers(present)).toEqual([1]);
    const largest = (rows: readonly number[][]): number[] =>
      rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!)));
    const gathered = [
      ...expected.image[0]!,
      ...largest(expected.image.slice(0, 2)),
      ...expected.text[0]!,
      ...largest(expected.text),
    ];
    expectAllClose(numbers(pooled), affine(weights, 'pool', gathered));
  });

  it('lets those ask that "queries" names, and no others', async () => {
    const asking = fuse({ ...SMALL, queries: ['text'] });
    const all = await runGraph({ tokens: features.tokens }, samples, weights);
    const { tokens, mask } = await runGraph(asking.features, samples, asking.weights);
    expectAllClose(numbers(tokens), numbers(all['tokens']).slice(3 * DIM));
    expect(numbers(mask)).toEqual([1, 1]);
    expect(names).toEqual(expect.arrayContaining(asking.names.filter((name) => !name.startsWith('pool/'))));
    expect(asking.names.some((name) => name.startsWith('image/from/'))).toBe(false);
  });

  it('looks at the summary token alone of an input that is missing', async () => {
    const missing = { ...samples, 'text.present': tensor([1, 1], 0) };
    const { tokens } = await runGraph({ tokens: features.tokens }, missing, weights);
    const ofImage = { name: 'image', rows: streamOf(weights, 'image', image), mask: [1, 1, 0] };
    const nothing = { name: 'text', rows: [numbers(weights['text/summary'])], mask: [1] };
    const expected = toldBy(weights, ofImage, nothing);
    expectAllClose(numbers(tokens).slice(0, 3 * DIM), expected.flat());
  });

  it('gives an input that is alone its transformer blocks', () => {
    const alone = fuse(SMALL, ['image']);
    expect(alone.features.tokens.shape).toEqual(['batch', 3, DIM]);
    expect(alone.names.some((name) => /from|join/.test(name))).toBe(false);
  });

  it('says which inputs there are where "queries" names another', () => {
    expect(() => fuse({ queries: ['question'] })).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_MANIFEST_INVALID',
        message: '"queries" names "question", and the fusion is of image, text',
      }),
    );
  });
});

const numbers = (given: Tensor | undefined): number[] => Array.from(given!.data, Number);

/** [s; tokens W + b] */
const streamOf = (weights: Tensors, name: string, tokens: Rows): Rows => [
  numbers(weights[`${name}/summary`]),
  ...tokens.map((token) => affine(weights, `${name}/project`, token)),
];

/** z of `target`: what it makes of what `source` told it. */
function toldBy(weights: Tensors, target: Input, source: Input): number[][] {
  const context = source.rows.map(standardized);
  const ask = (x: Rows, index: number): Rows =>
    attentionBlock(weights, `${target.name}/from/${source.name}/block${index}`, x, { ...source, context, heads: 2 });
  const joined = [0, 1].reduce(ask, target.rows).map((row) => affine(weights, `${target.name}/join`, row));
  const own = { context: joined.map(standardized), mask: target.mask, heads: 2 };
  return attentionBlock(weights, `${target.name}/block0`, joined, own).map(standardized);
}
