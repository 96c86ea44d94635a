import type { Tensor, Tensors } from '@sensorium/contracts';
import {
  affine,
  conformsAsFusion,
  conformsToReadme,
  expectAllClose,
  fuse,
  standardized,
  tensor,
  type Fused,
} from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { bilinear } from './index.js';

conformsAsFusion(bilinear, {
  of: ['picture', 'question'],
  options: [
    {},
    { kind: 'mlb', by: 'picture', dim: 7, hidden: 5, dropout: 0.5 },
    { kind: 'mfb', rank: 3, glimpses: 1 },
    { kind: 'mutan', glimpses: 0 },
  ],
});
conformsToReadme(bilinear, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

type Kind = 'mlb' | 'mutan' | 'mfb';
const kinds: readonly Kind[] = ['mlb', 'mutan', 'mfb'];
const [DIM, HIDDEN, RANK, GLIMPSES] = [4, 3, 2, 2];

const places = [
  [1, 2, 3],
  [-1, 0, 1],
  [2, 2, -2],
];
const picture = [0.5, 3, -1];
const question = [0.5, -1, 0, 2];
const sizes = { picture: [3, 3], question: [2, 4] } as const;

const sampleOf = (mask: readonly number[], here: { picture: number; question: number }): Tensors => ({
  'picture.tokens': tensor([1, 3, 3], ...places.flat()),
  'picture.mask': tensor([1, 3], ...mask),
  'picture.pooled': tensor([1, 3], ...picture),
  'picture.present': tensor([1, 1], here.picture),
  'question.pooled': tensor([1, 4], ...question),
  'question.present': tensor([1, 1], here.question),
});
const both = { picture: 1, question: 1 };
const numbers = (given: Tensor): number[] => Array.from(given.data, Number);

/** The formulas of the docstring over plain numbers; null is a missing input. */
function formulas(kind: Kind, weights: Fused['weights']) {
  const layer = (name: string, x: readonly number[]): number[] => affine(weights, name, x);
  const factor = (name: string, x: readonly number[] | null): number[] => {
    if (!x) return new Array<number>(HIDDEN * RANK).fill(1);
    if (kind === 'mfb') return layer(name, x);
    const inner = layer(name, x).map(Math.tanh);
    return kind === 'mlb' ? inner : layer(`${name}/core`, inner);
  };
  const joint = (name: string, x: readonly number[] | null, y: readonly number[] | null): number[] => {
    const [a, b] = [factor(`${name}/first`, x), factor(`${name}/second`, y)];
    const products = Array.from({ length: HIDDEN }, (_, at) =>
      Array.from({ length: kind === 'mlb' ? 1 : RANK }, (_, r) => a[r * HIDDEN + at]! * b[r * HIDDEN + at]!).reduce(
        (sum, product) => sum + product,
      ),
    );
    if (kind !== 'mfb') return products;
    const roots = products.map((value) => value / Math.sqrt(Math.abs(value) + 1e-2));
    const length = Math.hypot(...roots);
    return roots.map((value) => value / length);
  };
  /** [Σ_t a_gt y_t for every glimpse g] */
  const attended = (x: readonly number[] | null, seen: readonly (readonly number[])[]): number[] => {
    const tokens = seen.map(standardized);
    const scores = tokens.map((token) => layer('attend/scores', joint('attend', x, token)));
    return Array.from({ length: GLIMPSES }, (_, glimpse) => {
      const shares = scores.map((score) => Math.exp(score[glimpse]!));
      const total = shares.reduce((a, b) => a + b, 0);
      return places[0]!.map((_, at) =>
        tokens.reduce((sum, token, place) => sum + (shares[place]! / total) * token[at]!, 0),
      );
    }).flat();
  };
  const pooled = (x: readonly number[] | null, y: readonly number[] | null): number[] =>
    standardized(layer('output', joint('fuse', x, y)));
  return { attended, pooled };
}

describe.each(kinds)('bilinear, %s', (kind) => {
  const options = { kind, dim: DIM, hidden: HIDDEN, rank: RANK, glimpses: GLIMPSES };
  const { weights, run } = fuse(bilinear, options, sizes);
  const { attended, pooled: pooledOf } = formulas(kind, weights);
  const asked = standardized(question);

  it('multiplies what is asked with what is looked at for it', async () => {
    const { pooled, tokens } = await run(sampleOf([1, 0, 1], both));
    expectAllClose(numbers(pooled), pooledOf(asked, attended(asked, [places[0]!, places[2]!])));
    expect(tokens.shape).toEqual([1, 1, DIM]);
  });

  it('has ones in place of the factor of a missing input', async () => {
    const unasked = await run(sampleOf([1, 1, 1], { picture: 1, question: 0 }));
    expectAllClose(numbers(unasked.pooled), pooledOf(null, attended(null, places)));
    const unseen = await run(sampleOf([1, 1, 1], { picture: 0, question: 1 }));
    expectAllClose(numbers(unseen.pooled), pooledOf(asked, null));
    expect(numbers(unseen.present)).toEqual([1]);
  });

  it('reads the pooled vector where it takes no glimpse', async () => {
    const blind = fuse(bilinear, { ...options, glimpses: 0 }, sizes);
    const { pooled } = await blind.run(sampleOf([1, 1, 1], both));
    expectAllClose(numbers(pooled), formulas(kind, blind.weights).pooled(asked, standardized(picture)));
  });
});

describe('bilinear', () => {
  it('looks nowhere in an input of one token', () => {
    const { weights } = fuse(bilinear, { by: 'picture' }, { picture: [3, 3], question: [1, 4] });
    expect(Object.keys(weights).filter((name) => name.startsWith('attend'))).toEqual([]);
  });

  it('lets the input "by" decide, by default the last one', () => {
    const widths = (by?: string): unknown => fuse(bilinear, { by }, sizes).weights['fuse/first/weight']!.shape;
    expect([widths(), widths('question'), widths('picture')]).toEqual([
      [4, 128],
      [4, 128],
      [3, 128],
    ]);
  });

  it.each([
    [{ picture: [3, 3] } as const, '"of" names 1: picture'],
    [{ ...sizes, sound: [1, 2] } as const, '"of" names 3: picture, question, sound'],
  ])('refuses other than two inputs, and says what to use instead', (inputs, message) => {
    expect(() => fuse(bilinear, {}, inputs)).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_MANIFEST_INVALID',
        message: `a bilinear fusion is of two inputs, and ${message}`,
        hint: 'Fuse by "low-rank", which multiplies any number of inputs, or fuse two of them, and the result with the next.',
      }),
    );
  });

  it('says which inputs there are where "by" names another', () => {
    expect(() => fuse(bilinear, { by: 'sound' }, sizes)).toThrow(
      '"by" names "sound", and the fusion is of picture, question',
    );
  });
});
