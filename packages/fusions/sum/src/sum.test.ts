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
import { sum } from './index.js';

conformsAsFusion(sum, { options: [{}, { dim: 7, reduce: 'mean' }] });
conformsToReadme(sum, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const inputs = { image: [3, 3], text: [1, 4] } as const;
const [image, text] = [
  [0.5, -1, 2],
  [1, -2, 0, 3],
];
/** Both; no text; nothing. */
const samples = pooledSamples({ image: [image, image, null], text: [text, null, null] });

describe('sum', () => {
  const both = fuse(sum, { dim: 4 }, inputs);
  const mean = fuse(sum, { dim: 4, reduce: 'mean' }, inputs);
  const seen = affine(both.weights, 'image/project', standardized(image));
  const read = affine(both.weights, 'text/project', standardized(text));

  it('adds up norm(pooled_m) W_m + b_m of the inputs that are there', async () => {
    const { pooled, tokens, present } = await both.run(samples);
    const expected = [...seen.map((value, at) => value + read[at]!), ...seen, 0, 0, 0, 0];
    expectAllClose(pooled.data, expected);
    expect(tokens.shape).toEqual([3, 1, 4]);
    expectAllClose(tokens.data, expected);
    expect(Array.from(present.data, Number)).toEqual([1, 1, 0]);
  });

  it('takes their mean', async () => {
    const { pooled } = await mean.run(samples);
    expectAllClose(pooled.data, [...seen.map((value, at) => (value + read[at]!) / 2), ...seen, 0, 0, 0, 0]);
  });
});
