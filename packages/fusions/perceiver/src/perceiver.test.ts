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
import { perceiver } from './index.js';

conformsAsFusion(perceiver, {
  options: [{}, { dim: 6, latents: 3, layers: 3, selfLayers: 1, share: true, heads: 3, expansion: 1.5, dropout: 0.5 }],
});
conformsToReadme(perceiver, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const SMALL = { dim: 4, heads: 2, latents: 3, layers: 3, selfLayers: 1 };

function fuse(given: z.input<typeof perceiver.options>) {
  const scope = createScope();
  const parts = { image: featureInputs('image', 2, 3), text: featureInputs('text', 1, 2) };
  const features = perceiver.create(perceiver.options.parse(given), new Map()).build(scope, parts);
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

const samples: Tensors = {
  'image.tokens': tensor([1, 2, 3], ...image.flat()),
  'image.mask': tensor([1, 2], 1, 0),
  'image.present': tensor([1, 1], 1),
  'text.tokens': tensor([1, 1, 2], ...text.flat()),
  'text.mask': tensor([1, 1], 1),
  'text.present': tensor([1, 1], 1),
};

describe('perceiver', () => {
  it('lets latents look at the tokens of all inputs and think about them, again and again', async () => {
    const { features, weights } = fuse(SMALL);
    const { tokens, mask, pooled, present } = await runGraph(features, samples, weights);
    const expected = latentsOf(weights, ['layer0', 'layer1', 'layer2'], [1, 0, 1]);
    expect(tokens!.shape).toEqual([1, 3, 4]);
    expectAllClose(numbers(tokens), expected.flat());
    expect(numbers(mask)).toEqual([1, 1, 1]);
    expect(numbers(present)).toEqual([1]);
    const columns = expected[0]!.map((_, at) => expected.map((row) => row[at]!));
    const mean = columns.map((column) => column.reduce((a, b) => a + b) / 3);
    const largest = columns.map((column) => Math.max(...column));
    expectAllClose(numbers(pooled), affine(weights, 'pool', [...mean, ...largest]));
  });

  it('has the same weights in all layers but the first where "share" says so', async () => {
    const { features, weights } = fuse({ ...SMALL, share: true });
    const { tokens } = await runGraph({ tokens: features.tokens }, samples, weights);
    expectAllClose(numbers(tokens), latentsOf(weights, ['layer0', 'again', 'again'], [1, 0, 1]).flat());
  });

  it('looks at nothing but the latents where all inputs are missing', async () => {
    const { features, weights } = fuse(SMALL);
    const missing = { 'image.present': tensor([1, 1], 0), 'text.present': tensor([1, 1], 0) };
    const { tokens, present } = await runGraph(features, { ...samples, ...missing }, weights);
    expectAllClose(numbers(tokens), latentsOf(weights, ['layer0', 'layer1', 'layer2'], [0, 0, 0]).flat());
    expect(numbers(present)).toEqual([0]);
  });

  it('knows inputs apart by their embeddings alone', async () => {
    const { features, weights } = fuse(SMALL);
    const silent = Object.fromEntries(
      Object.entries(weights).map(([name, weight]) => [
        name,
        name.includes('/project/') ? { ...weight, data: new Float32Array(weight.data.length) } : weight,
      ]),
    );
    const withoutText = { ...samples, 'text.present': tensor([1, 1], 0), 'image.mask': tensor([1, 2], 1, 1) };
    const both = await runGraph(
      { tokens: features.tokens },
      { ...withoutText, 'text.present': tensor([1, 1], 1) },
      silent,
    );
    const alone = await runGraph({ tokens: features.tokens }, withoutText, silent);
    expect(() => expectAllClose(both['tokens']!, alone['tokens']!)).toThrow('values differ');
  });
});

/** The formulas of the docstring, written out over plain numbers; `seen` says which tokens of image and text are there. */
function latentsOf(weights: Tensors, layers: readonly string[], seen: readonly number[]): number[][] {
  const marked = (name: string, rows: Rows): number[][] =>
    rows.map((row) =>
      affine(weights, `${name}/project`, row).map((value, at) => value + numbers(weights[`${name}/modality`])[at]!),
    );
  const context = [...marked('image', image), ...marked('text', text)].map(standardized);
  const start = numbers(weights['latents']);
  let rows: Rows = [0, 4, 8].map((at) => start.slice(at, at + 4));
  for (const layer of layers) {
    const look = { context: [...rows.map(standardized), ...context], mask: [1, 1, 1, ...seen], heads: 2 };
    rows = attentionBlock(weights, `${layer}/look`, rows, look);
    const own = { context: rows.map(standardized), mask: [1, 1, 1], heads: 2 };
    rows = attentionBlock(weights, `${layer}/block0`, rows, own);
  }
  return rows.map(standardized);
}

const numbers = (given: Tensor | undefined): number[] => Array.from(given!.data, Number);
