import type { Tensor, Tensors } from '@sensorium/contracts';
import { createScope } from '@sensorium/graph';
import {
  conformsAsFusion,
  conformsToReadme,
  expectAllClose,
  featureInputs,
  gelu,
  runGraph,
  someWeights,
  tensor,
} from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { film } from './index.js';

conformsAsFusion(film, { options: [{}, { dim: 6, layers: 1, dropout: 0.5 }] });
conformsToReadme(film, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const DIM = 4;

function fuse(given: z.input<typeof film.options>) {
  const scope = createScope();
  const parts = { image: featureInputs('image', 3, 3), text: featureInputs('text', 1, 2) };
  const features = film.create(film.options.parse({ dim: DIM, ...given }), new Map()).build(scope, parts);
  const { tokens, mask, pooled, present } = features;
  return {
    features: { tokens, mask, pooled, present },
    weights: someWeights(scope.parameters),
    names: scope.parameters.map(({ name }) => name),
  };
}

const places = [
  [1, 2, 3],
  [-1, 0, 1],
  [2, 2, -2],
];
const said = [0.5, -1];

const samples: Tensors = {
  'image.tokens': tensor([1, 3, 3], ...places.flat()),
  'image.mask': tensor([1, 3], 1, 0, 1),
  'image.pooled': tensor([1, 3], 0, 0, 0),
  'image.present': tensor([1, 1], 1),
  'text.tokens': tensor([1, 1, 2], 9, 9),
  'text.mask': tensor([1, 1], 1),
  'text.pooled': tensor([1, 2], ...said),
  'text.present': tensor([1, 1], 1),
};

describe('film', () => {
  it('computes x + relu(scale(c) ⊙ norm(relu(norm(x) W) V) + shift(c)) and what the tokens and c say together', async () => {
    const { features, weights } = fuse({ layers: 2 });
    const { tokens, mask, pooled, present } = await runGraph(features, samples, weights);
    const by = formula(weights);
    const condition = by.condition(said);
    const expected = places.map((place) => by.blocks(2, by.token('image', place), condition));
    expect(tokens!.shape).toEqual([1, 3, DIM]);
    expectAllClose(numbers(tokens), expected.flat());
    expect(numbers(mask)).toEqual([1, 0, 1]);
    expect(numbers(present)).toEqual([1]);
    const seen = [expected[0]!, expected[2]!];
    const mean = columns((column) => (seen[0]![column]! + seen[1]![column]!) / 2);
    const strongest = columns((column) => Math.max(seen[0]![column]!, seen[1]![column]!));
    expectAllClose(numbers(pooled), norm(by.mlp('pool', [...mean, ...strongest, ...condition])));
  });

  it('reads the same places differently when it is asked something else', async () => {
    const { features, weights } = fuse({ layers: 1 });
    const other = { ...samples, 'text.pooled': tensor([1, 2], 2, 1) };
    const [one, two] = [await runGraph(features, samples, weights), await runGraph(features, other, weights)];
    expect(() => expectAllClose(one['tokens']!, two['tokens']!)).toThrow('values differ');
  });

  it('lets every place be read on its own', async () => {
    const { features, weights } = fuse({ layers: 2 });
    const other = { ...samples, 'image.tokens': tensor([1, 3, 3], 7, -7, 7, -1, 0, 1, 2, 2, -2) };
    const [one, two] = [await runGraph(features, samples, weights), await runGraph(features, other, weights)];
    expectAllClose(numbers(one['tokens']).slice(DIM), numbers(two['tokens']).slice(DIM));
    expect(numbers(one['tokens']).slice(0, DIM)).not.toEqual(numbers(two['tokens']).slice(0, DIM));
  });

  it('lets the inputs decide that "by" names, and the last one where it names none', () => {
    expect(fuse({ layers: 1 }).names).toEqual(fuse({ layers: 1, by: ['text'] }).names);
    expect(fuse({ layers: 1, by: ['image'] }).features.tokens.shape).toEqual(['batch', 1, DIM]);
    expect(fuse({ layers: 1, by: ['image', 'text'] }).features.tokens.shape).toEqual(['batch', 4, DIM]);
  });

  it('says which inputs there are where "by" names another', () => {
    expect(() => fuse({ by: ['question'] })).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_MANIFEST_INVALID',
        message: '"by" names "question", and the fusion is of image, text',
      }),
    );
  });
});

/** The formulas of the docstring, written out over plain numbers. */
function formula(weights: Tensors) {
  const layer = (name: string, x: readonly number[]): number[] => {
    const weight = numbers(weights[`${name}/weight`]);
    const bias = weights[`${name}/bias`];
    const width = weight.length / x.length;
    return Array.from({ length: width }, (_, column) =>
      x.reduce((sum, value, row) => sum + value * weight[row * width + column]!, bias ? Number(bias.data[column]) : 0),
    );
  };
  const mlp = (name: string, x: readonly number[]) => layer(`${name}/contract`, layer(`${name}/expand`, x).map(gelu));
  const block = (name: string, x: readonly number[], condition: readonly number[]): number[] => {
    const inner = layer(`${name}/expand`, norm(x)).map((value) => Math.max(0, value));
    const [scale, shift] = [layer(`${name}/scale`, condition), layer(`${name}/shift`, condition)];
    const read = norm(layer(`${name}/contract`, inner));
    return x.map((value, column) => value + Math.max(0, (1 + scale[column]!) * read[column]! + shift[column]!));
  };
  return {
    mlp,
    condition: (x: readonly number[]) => norm(mlp('condition', x)),
    token: (name: string, x: readonly number[]) => {
      const modality = numbers(weights[`${name}/modality`]);
      return layer(`${name}/project`, x).map((value, column) => value + modality[column]!);
    },
    blocks: (count: number, x: readonly number[], condition: readonly number[]) =>
      Array.from({ length: count }, (_, index) => `block${index}`).reduce(
        (y, name) => block(name, y, condition),
        [...x],
      ),
  };
}

const numbers = (given: Tensor | undefined): number[] => Array.from(given!.data, Number);
const columns = (value: (column: number) => number): number[] =>
  Array.from({ length: DIM }, (_, column) => value(column));

function norm(values: readonly number[]): number[] {
  const mean = values.reduce((a, b) => a + b) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return values.map((value) => (value - mean) / Math.sqrt(variance + 1e-5));
}
