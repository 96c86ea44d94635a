import type { Tensor, Tensors } from '@sensorium/contracts';
import {
  affine,
  conformsAsFusion,
  conformsToReadme,
  expectAllClose,
  fuse,
  gelu,
  standardized,
  tensor,
} from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { nlGate } from './index.js';

conformsAsFusion(nlGate, { options: [{}, { dim: 7, hidden: 5, dropout: 0.5 }] });
conformsAsFusion(nlGate, { options: [{ by: ['second', 'third'] }], of: ['first', 'second', 'third'] });
conformsToReadme(nlGate, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const DIM = 4;
type Rows = readonly (readonly number[])[];

const places = [
  [1, 2, 3],
  [-1, 0, 1],
  [2, 2, -2],
];
const words = [
  [0.5, -1, 0, 2],
  [3, 1, -2, 0],
];

const sampleOf = (pictureMask: readonly number[], here: { image: number; text: number }): Tensors => ({
  'image.tokens': tensor([1, 3, 3], ...places.flat()),
  'image.mask': tensor([1, 3], ...pictureMask),
  'image.present': tensor([1, 1], here.image),
  'text.tokens': tensor([1, 2, 4], ...words.flat()),
  'text.mask': tensor([1, 2], 1, 1),
  'text.present': tensor([1, 1], here.text),
});

const sizes = { image: [3, 3], text: [2, 4] } as const;
const numbers = (given: Tensor): number[] => Array.from(given.data, Number);

describe('nl-gate', () => {
  const { weights, run } = fuse(nlGate, { dim: DIM, hidden: 5, by: ['text'] }, sizes);
  const role = (name: string, rows: Rows): number[][] => rows.map((row) => affine(weights, name, standardized(row)));
  const summary = Array.from(weights['summary']!.data, Number);

  /** q + softmax(q kᵀ / √dim) v over the places that are to be seen. */
  const asked = (queries: Rows, seen: Rows): number[][] => {
    const [keys, values] = [role('image/key', seen), role('image/value', seen)];
    return queries.map((query) => {
      const scores = keys.map((key) => Math.exp(key.reduce((sum, k, at) => sum + k * query[at]!, 0) / Math.sqrt(DIM)));
      const total = scores.reduce((a, b) => a + b, 0);
      return query.map((value, at) =>
        scores.reduce((sum, score, place) => sum + (score / total) * values[place]![at]!, value),
      );
    });
  };
  const pooledOf = (tokens: Rows): number[] => {
    const columns = tokens[0]!.map((_, column) => tokens.map((token) => token[column]!));
    const mean = columns.map((values) => values.reduce((a, b) => a + b) / values.length);
    const strongest = columns.map((values) => Math.max(...values));
    const inner = affine(weights, 'pool/expand', [...tokens[0]!, ...mean, ...strongest]).map(gelu);
    return standardized(affine(weights, 'pool/contract', inner));
  };
  const queries = [summary, ...role('text/query', words)];

  it('computes q + softmax(q kᵀ / √dim) v, and an MLP of the first, their mean and the strongest', async () => {
    const { tokens, mask, pooled } = await run(sampleOf([1, 0, 1], { image: 1, text: 1 }));
    const expected = asked(queries, [places[0]!, places[2]!]);
    expect(tokens.shape).toEqual([1, 3, DIM]);
    expectAllClose(numbers(tokens), expected.flat());
    expect(numbers(mask)).toEqual([1, 1, 1]);
    expectAllClose(numbers(pooled), pooledOf(expected));
  });

  it('is the questions alone where there is nothing to look at', async () => {
    for (const sample of [sampleOf([0, 0, 0], { image: 1, text: 1 }), sampleOf([1, 1, 1], { image: 0, text: 1 })]) {
      const { tokens, pooled } = await run(sample);
      expectAllClose(numbers(tokens), queries.flat());
      expectAllClose(numbers(pooled), pooledOf(queries));
    }
  });

  it('asks by its own token where the question is missing', async () => {
    const { mask, pooled } = await run(sampleOf([1, 1, 1], { image: 1, text: 0 }));
    expect(numbers(mask)).toEqual([1, 0, 0]);
    expectAllClose(numbers(pooled), pooledOf(asked([summary], places)));
  });

  it('lets the first input ask where "by" names none, and inputs that all ask be asked', () => {
    const names = (by?: [string, ...string[]]): string[] => Object.keys(fuse(nlGate, { by }, sizes).weights);
    expect(names()).toEqual(names(['image']));
    expect(names(['image', 'text'])).toEqual(expect.arrayContaining(['image/query/weight', 'image/key/weight']));
  });

  it('says which inputs there are where "by" names another', () => {
    expect(() => fuse(nlGate, { by: ['sound'] }, sizes)).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_MANIFEST_INVALID',
        message: '"by" names "sound", and the fusion is of image, text',
      }),
    );
  });
});
