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
import { multiplicative } from './index.js';

conformsAsFusion(multiplicative, { options: [{}, { dim: 7 }] });
conformsToReadme(multiplicative, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const [image, text, sound] = [
  [0.5, -1, 2],
  [1, -2, 0, 3],
  [3, 1],
];

const DIM = 3;
const columns = Array.from({ length: DIM }, (_, column) => column);

describe('multiplicative', () => {
  const { weights, run } = fuse(multiplicative, { dim: DIM }, { image: [3, 3], text: [1, 4], sound: [2, 2] });
  const plain = (name: string, x: readonly number[]): number[] => affine(weights, `${name}/project`, standardized(x));
  const nothing = [0, 0, 0];

  /** norm(z₂ W' + b') of the layer that z₁ makes. */
  const interaction = (name: string, first: readonly number[], second: readonly number[]): number[] => {
    const V = weights[`${name}/second/weight`]!.data;
    const product = affine(weights, `${name}/product`, first);
    const layer = second.map((_, row) =>
      columns.map((column) => product[row * DIM + column]! + Number(V[row * DIM + column])),
    );
    const bias = affine(weights, `${name}/first`, first);
    return standardized(
      columns.map((column) => second.reduce((sum, value, row) => sum + value * layer[row]![column]!, bias[column]!)),
    );
  };
  const [seen, read, heard] = [plain('image', image), plain('text', text), plain('sound', sound)];

  it("computes z₂ W' + b', W' = z₁ W + V, b' = z₁ U + b, and so on with every further input", async () => {
    const { pooled, tokens } = await run(pooledSamples({ image: [image], text: [text], sound: [sound] }));
    const expected = interaction('sound', interaction('text', seen, read), heard);
    expectAllClose(pooled.data, expected);
    expect(tokens.shape).toEqual([1, 1, DIM]);
  });

  it('leaves a layer of the other where one is missing', async () => {
    const { pooled } = await run(
      pooledSamples({ image: [image, null, null], text: [null, text, null], sound: [null, null, sound] }),
    );
    expectAllClose(pooled.data, [
      ...interaction('sound', interaction('text', seen, nothing), nothing),
      ...interaction('sound', interaction('text', nothing, read), nothing),
      // Of nothing, what an interaction learned to add is nothing, too.
      ...interaction('sound', nothing, heard),
    ]);
  });
});
