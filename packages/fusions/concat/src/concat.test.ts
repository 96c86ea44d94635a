import type { Tensor } from '@sensorium/contracts';
import {
  affine,
  conformsAsFusion,
  conformsToReadme,
  expectAllClose,
  fuse,
  gelu,
  pooledSamples,
  runGraph,
  standardized,
  tensor,
} from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { concat } from './index.js';

conformsAsFusion(concat, {
  options: [{}, { dim: 7, hidden: 5 }, { dropout: 0.5 }, { stage: 'early', dim: 6, dropout: 0.5 }],
});
conformsToReadme(concat, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const numbers = (given: Tensor): number[] => Array.from(given.data, Number);

describe('concat of vectors, late', () => {
  const { features, weights, run } = fuse(concat, { dim: 4, hidden: 5 }, { image: [1, 3], text: [1, 2] });
  const [image, text] = [
    [0.5, -1, 2],
    [1, -2],
  ];

  it('computes MLP([p_image; 1; p_text; 1]), p_m = pooled_m W_m + b_m, standardized', async () => {
    const joined = [...affine(weights, 'image/project', image), 1, ...affine(weights, 'text/project', text), 1];
    const expected = standardized(affine(weights, 'contract', affine(weights, 'expand', joined).map(gelu)));
    const { pooled, tokens } = await run(pooledSamples({ image: [image], text: [text] }));
    expectAllClose(pooled, tensor([1, 4], ...expected));
    expectAllClose(tokens, tensor([1, 1, 4], ...expected));
  });

  it('tells an input that is missing from one whose projection is zero', async () => {
    const silent = { ...weights, 'text/project/bias': tensor([4], 0, 0, 0, 0) };
    const fused = async (given: readonly number[] | null) =>
      (
        await runGraph(
          { pooled: features['pooled']! },
          pooledSamples({ image: [image, image], text: [given, text] }),
          silent,
        )
      )['pooled']!.data.slice(0, 4);
    expect(await fused(null)).not.toEqual(await fused([0, 0]));
  });

  it('has one projection for each input, and one network', () => {
    expect(Object.entries(weights).map(([name, { shape }]) => `${name} ${shape.join('×')}`)).toEqual([
      'image/project/weight 3×4',
      'image/project/bias 4',
      'text/project/weight 2×4',
      'text/project/bias 4',
      'expand/weight 10×5',
      'expand/bias 5',
      'contract/weight 5×4',
      'contract/bias 4',
    ]);
  });
});

describe('concat of tokens, early', () => {
  const { weights, run } = fuse(concat, { stage: 'early', dim: 4, hidden: 5 }, { image: [2, 3], text: [2, 2] });
  const [places, words] = [
    [
      [1, 2, 3],
      [-1, 0, 1],
    ],
    [
      [0.5, -1],
      [3, 4],
    ],
  ];
  /** The second sample has no text. */
  const samples = {
    'image.tokens': tensor([2, 2, 3], ...places.flat(), ...places.flat()),
    'image.mask': tensor([2, 2], 1, 1, 0, 1),
    'image.present': tensor([2, 1], 1, 1),
    'text.tokens': tensor([2, 2, 2], ...words.flat(), ...words.flat()),
    'text.mask': tensor([2, 2], 1, 0, 1, 1),
    'text.present': tensor([2, 1], 1, 0),
  };
  const place = (at: number): number[] => affine(weights, 'image/project', standardized(places[at]!));
  const word = (at: number): number[] => affine(weights, 'text/project', standardized(words[at]!));

  it('has the sequences one after the other, those of missing inputs masked', async () => {
    const { tokens, mask } = await run(samples);
    expect(tokens.shape).toEqual([2, 4, 4]);
    const expected = [place(0), place(1), word(0), word(1)].flat();
    expectAllClose(numbers(tokens), [...expected, ...expected]);
    expect(numbers(mask)).toEqual([1, 1, 1, 0, 0, 1, 0, 0]);
  });

  it('pools mean and maximum of the tokens that are there through an MLP', async () => {
    const pooledOf = (...seen: number[][]): number[] => {
      const column = (at: number): number[] => seen.map((token) => token[at]!);
      const columns = [0, 1, 2, 3].map(column);
      const gathered = [
        ...columns.map((values) => values.reduce((a, b) => a + b) / values.length),
        ...columns.map((values) => Math.max(...values)),
      ];
      return standardized(affine(weights, 'contract', affine(weights, 'expand', gathered).map(gelu)));
    };
    const { pooled } = await run(samples);
    expectAllClose(numbers(pooled), [...pooledOf(place(0), place(1), word(0)), ...pooledOf(place(1))]);
  });
});
