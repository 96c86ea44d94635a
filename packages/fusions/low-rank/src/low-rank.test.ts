import {
  affine,
  conformsAsFusion,
  conformsToReadme,
  expectAllClose,
  fuse,
  pooledSamples,
  standardized,
} from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { lowRank } from './index.js';

conformsAsFusion(lowRank, { options: [{}, { dim: 7, rank: 2 }] });
conformsToReadme(lowRank, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const [image, text, sound] = [
  [0.5, -1, 2],
  [1, -2, 0, 3],
  [3, 1],
];

const [DIM, RANK] = [4, 3];
const columns = Array.from({ length: DIM }, (_, column) => column);

describe('low-rank', () => {
  const { weights, run } = fuse(lowRank, { dim: DIM, rank: RANK }, { image: [3, 3], text: [1, 4], sound: [2, 2] });
  const numbers = (name: string): number[] => Array.from(weights[name]!.data, Number);

  /** [1; z] F^r for every r, one after the other. */
  const factor = (name: string, x: readonly number[] | null): number[] => {
    const one = numbers(`${name}/factor/one`);
    return x ? affine(weights, `${name}/factor`, standardized(x)).map((value, at) => value + one[at]!) : one;
  };
  const fused = (...factors: number[][]): number[] => {
    const share = numbers('weights');
    const bias = numbers('bias');
    return standardized(
      columns.map((column) =>
        share.reduce(
          (sum, weight, r) => sum + weight * factors.reduce((product, one) => product * one[r * DIM + column]!, 1),
          bias[column]!,
        ),
      ),
    );
  };

  it('computes norm(Σ_r w_r ∏_m [1; z_m] F_m^r + b)', async () => {
    const { pooled, tokens } = await run(pooledSamples({ image: [image], text: [text], sound: [sound] }));
    expectAllClose(pooled.data, fused(factor('image', image), factor('text', text), factor('sound', sound)));
    expect(tokens.shape).toEqual([1, 1, DIM]);
  });

  it('has the row of the ones in place of what is missing', async () => {
    const { pooled } = await run(pooledSamples({ image: [image, null], text: [null, text], sound: [sound, null] }));
    expectAllClose(pooled.data, [
      ...fused(factor('image', image), factor('text', null), factor('sound', sound)),
      ...fused(factor('image', null), factor('text', text), factor('sound', null)),
    ]);
  });

  it('is tensor fusion whose weights are a sum of products', async () => {
    // The same, over the whole outer product of [1; z] of two inputs.
    const pair = fuse(lowRank, { dim: DIM, rank: RANK }, { image: [3, 3], text: [1, 4] });
    const of = (name: string): number[] => Array.from(pair.weights[name]!.data, Number);
    /** Row i of F^r in its column: row 0 belongs to the one. */
    const entry = (name: string, i: number, r: number, column: number): number =>
      i === 0
        ? of(`${name}/factor/one`)[r * DIM + column]!
        : of(`${name}/factor/weight`)[(i - 1) * RANK * DIM + r * DIM + column]!;
    const [a, b] = [
      [1, ...standardized(image)],
      [1, ...standardized(text)],
    ];
    const expected = columns.map((column) =>
      a.reduce(
        (sum, x, i) =>
          b.reduce((inner, y, j) => {
            const weight = of('weights').reduce(
              (all, share, r) => all + share * entry('image', i, r, column) * entry('text', j, r, column),
              0,
            );
            return inner + weight * x * y;
          }, sum),
        of('bias')[column]!,
      ),
    );
    expectAllClose(
      (await pair.run(pooledSamples({ image: [image], text: [text] }))).pooled.data,
      standardized(expected),
    );
  });
});
