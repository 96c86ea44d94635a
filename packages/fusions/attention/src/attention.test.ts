import type { Tensor, Tensors } from '@sensorium/contracts';
import { createScope } from '@sensorium/graph';
import {
  conformsAsFusion,
  conformsToReadme,
  expectAllClose,
  featureInputs,
  runGraph,
  someWeights,
  tensor,
} from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { attention } from './index.js';

conformsAsFusion(attention, { options: [{}, { dim: 6, heads: 3, layers: 1, expansion: 1.5, dropout: 0.5 }] });
conformsToReadme(attention, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

function fuse(given: z.input<typeof attention.options>) {
  const scope = createScope();
  const parts = { image: featureInputs('image', 2, 3), text: featureInputs('text', 1, 2) };
  const features = attention.create(attention.options.parse(given), new Map()).build(scope, parts);
  const { tokens, mask, pooled, present } = features;
  return {
    features: { tokens, mask, pooled, present },
    weights: someWeights(scope.parameters),
    names: scope.parameters.map(({ name }) => name),
  };
}

const samples: Tensors = {
  'image.tokens': tensor([2, 2, 3], 1, 2, 3, -1, 0, 1, 2, 2, -2, 0, 1, 0),
  'image.mask': tensor([2, 2], 1, 0, 1, 1),
  'image.present': tensor([2, 1], 1, 0),
  'text.tokens': tensor([2, 1, 2], 0.5, -1, 3, 1),
  'text.mask': tensor([2, 1], 1, 1),
  'text.present': tensor([2, 1], 1, 1),
};

describe('attention', () => {
  const { features, weights, names } = fuse({ dim: 4, heads: 2, layers: 1 });

  it('gives the summary and all tokens, hiding padding and what belongs to a missing input', async () => {
    const { tokens, mask, pooled, present } = await runGraph(features, samples, weights);
    expect(tokens!.shape).toEqual([2, 4, 4]);
    expect(Array.from(mask!.data, Number)).toEqual([1, 1, 0, 1, 1, 0, 0, 1]);
    expect(Array.from(present!.data, Number)).toEqual([1, 1]);
    const values = Array.from(tokens!.data, Number);
    const rows = Array.from({ length: 8 }, (_, row) => values.slice(row * 4, row * 4 + 4));
    const [first, second] = [[0, 1, 3].map((row) => rows[row]!), [4, 7].map((row) => rows[row]!)];
    expectAllClose(Array.from(pooled!.data, Number), [first, second].flatMap(poolBy(weights)));
  });

  it('is standardized [s; x_m W_m + e_m] as long as its blocks add nothing', async () => {
    const silent = Object.fromEntries(
      Object.entries(weights).map(([name, weight]) => {
        const adds = /block0\/(attention\/output|mlp\/contract)\//.test(name);
        return [name, adds ? { ...weight, data: new Float32Array(weight.data.length) } : weight];
      }),
    );
    const numbers = (name: string): number[] => Array.from(weights[name]!.data, Number);
    const token = (name: string, x: readonly number[]): number[] => {
      const weight = numbers(`${name}/project/weight`);
      return numbers(`${name}/modality`).map((start, column) =>
        x.reduce((sum, value, row) => sum + value * weight[row * 4 + column]!, start),
      );
    };
    const expected = [
      numbers('summary'),
      token('image', [1, 2, 3]),
      token('image', [-1, 0, 1]),
      token('text', [0.5, -1]),
    ];
    const { tokens } = await runGraph({ tokens: features.tokens }, samples, silent);
    expectAllClose(Array.from(tokens!.data, Number).slice(0, 16), expected.flatMap(standardized));
  });

  it('pools the summary alone where inputs are there and have no tokens', async () => {
    const silent = { ...samples, 'image.mask': tensor([2, 2], 0, 0, 0, 0), 'text.mask': tensor([2, 1], 0, 0) };
    const { tokens, pooled } = await runGraph(features, silent, weights);
    const values = Array.from(tokens!.data, Number);
    expectAllClose(
      Array.from(pooled!.data, Number),
      [0, 16].map((at) => [values.slice(at, at + 4)]).flatMap(poolBy(weights)),
    );
  });

  it('attends from each input to the others', async () => {
    const other = { ...samples, 'text.tokens': tensor([2, 1, 2], -4, 5, 3, 1) };
    const [before, after] = await Promise.all(
      [samples, other].map((one) => runGraph({ tokens: features.tokens }, one, weights)),
    );
    const token = (given: Tensors | undefined, index: number): number[] =>
      Array.from(given!['tokens']!.data, Number).slice(index * 4, (index + 1) * 4);
    for (const index of [0, 1, 3]) expect(token(after, index)).not.toEqual(token(before, index));
    for (const index of [4, 5, 6, 7]) expectAllClose(token(after, index), token(before, index));
  });

  it('knows inputs apart by their embeddings alone', async () => {
    const alike = fuse({ dim: 4, heads: 2, layers: 1 });
    const nothing = Object.fromEntries(
      Object.entries(alike.weights).map(([name, weight]) => [
        name,
        name.includes('/project/') ? { ...weight, data: new Float32Array(weight.data.length) } : weight,
      ]),
    );
    const all = { ...samples, 'image.mask': tensor([2, 2], 1, 1, 1, 1), 'image.present': tensor([2, 1], 1, 1) };
    const { tokens } = await runGraph({ tokens: alike.features.tokens }, all, nothing);
    const rows = Array.from({ length: 4 }, (_, index) =>
      Array.from(tokens!.data, Number).slice(index * 4, index * 4 + 4),
    );
    expectAllClose(rows[1]!, rows[2]!);
    expect(() => expectAllClose(rows[1]!, rows[3]!)).toThrow('values differ');
  });

  it('has as many blocks as layers, of the given width', () => {
    expect(names.some((name) => name.startsWith('block1/'))).toBe(false);
    const deep = fuse({ dim: 4, heads: 2, layers: 3, expansion: 1.5 });
    expect(deep.names.filter((name) => name.endsWith('mlp/expand/weight'))).toHaveLength(3);
    expect(deep.weights['block2/mlp/expand/weight']!.shape).toEqual([4, 6]);
  });

  it('lets tokens of queries alone go through its blocks, as they would beside all others', async () => {
    const asking = fuse({ dim: 4, heads: 2, layers: 1, queries: ['text'] });
    expect(asking.names).toEqual(names);
    const { tokens, mask, pooled } = await runGraph(asking.features, samples, weights);
    const all = await runGraph({ tokens: features.tokens }, samples, weights);
    const rows = (one: Tensor | undefined, wanted: readonly number[]): number[][] =>
      wanted.map((row) => Array.from(one!.data, Number).slice(row * 4, row * 4 + 4));
    expect(tokens!.shape).toEqual([2, 2, 4]);
    expect(Array.from(mask!.data, Number)).toEqual([1, 1, 1, 1]);
    const expected = rows(all['tokens'], [0, 3, 4, 7]);
    expectAllClose(Array.from(tokens!.data, Number), expected.flat());
    expectAllClose(
      Array.from(pooled!.data, Number),
      [expected.slice(0, 2), expected.slice(2)].flatMap(poolBy(weights)),
    );
  });

  it('says which inputs there are where queries name another', () => {
    expect(() => fuse({ queries: ['question'] })).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_MANIFEST_INVALID',
        message: '"queries" names "question", and the fusion is of image, text',
      }),
    );
  });

  it('says that heads must divide dim', () => {
    expect(() => fuse({ dim: 10, heads: 4 })).toThrow(
      expect.objectContaining({ code: 'SENSORIUM_SHAPE', message: '4 heads do not divide the width 10' }),
    );
  });
});

/** [fused₀; max_t fused_t] W + b of tokens [T,4] that are all to be seen. */
function poolBy(weights: Tensors): (tokens: readonly (readonly number[])[]) => number[] {
  const [weight, bias] = ['pool/weight', 'pool/bias'].map((name) => Array.from(weights[name]!.data, Number));
  return (tokens) => {
    const strongest = tokens[0]!.map((_, column) => Math.max(...tokens.map((token) => token[column]!)));
    const gathered = [...tokens[0]!, ...strongest];
    return bias!.map((start, column) =>
      gathered.reduce((sum, value, row) => sum + value * weight![row * 4 + column]!, start),
    );
  };
}

function standardized(values: readonly number[]): number[] {
  const mean = values.reduce((a, b) => a + b) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return values.map((value) => (value - mean) / Math.sqrt(variance + 1e-5));
}
