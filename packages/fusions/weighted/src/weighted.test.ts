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
import { weighted } from './index.js';

conformsAsFusion(weighted, { options: [{}, { dim: 7 }] });
conformsToReadme(weighted, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const [image, text] = [
  [0.5, -1, 2],
  [1, -2, 0, 3],
];

describe('weighted', () => {
  const { weights, run } = fuse(weighted, { dim: 5 }, { image: [3, 3], text: [1, 4] });
  const seen = affine(weights, 'image/project', standardized(image));
  const read = affine(weights, 'text/project', standardized(text));

  it('computes Σ_m softmax([z] W + b)_m (z_m P_m + c_m)', async () => {
    const { pooled, tokens } = await run(pooledSamples({ image: [image], text: [text] }));
    const scores = affine(weights, 'weights', [...standardized(image), ...standardized(text)]);
    const share = 1 / (1 + Math.exp(scores[1]! - scores[0]!));
    const expected = seen.map((value, at) => share * value + (1 - share) * read[at]!);
    expectAllClose(pooled.data, expected);
    expect(tokens.shape).toEqual([1, 1, 5]);
    expectAllClose(tokens.data, expected);
  });

  it('gives all weight to the one that is there, and none where nothing is', async () => {
    const { pooled, present } = await run(pooledSamples({ image: [image, null, null], text: [null, text, null] }));
    expectAllClose(pooled.data, [...seen, ...read, 0, 0, 0, 0, 0]);
    expect(Array.from(present.data, Number)).toEqual([1, 1, 0]);
  });
});
