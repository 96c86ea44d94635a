import { makeTensor } from '@sensorium/tensors';
import { describe, expect, it } from 'vitest';
import { sum } from '../operators/reduction.js';
import { gradients } from '../differentiate/gradients.js';
import { mul } from '../operators/arithmetic.js';
import { createScope } from '../scope.js';
import { evaluate, numbers } from '../testing/evaluate.js';
import { input } from '../value.js';
import { anyPresent, divideParts, maskedMax, maskedMean, maskedSoftmax, project, vectorFeatures } from './fusing.js';

const part = (name: string) => ({
  tokens: input(`${name}.tokens`, 'float32', ['batch', 3, 2]),
  mask: input(`${name}.mask`, 'float32', ['batch', 3]),
  pooled: input(`${name}.pooled`, 'float32', ['batch', 2]),
  present: input(`${name}.present`, 'float32', ['batch', 1]),
});
const tokens = makeTensor('float32', [2, 3, 2], [1, -2, 3, -4, 5, -60, 7, 8, 9, 10, 11, 12]);
// Two tokens of the first sample, none of the second.
const mask = makeTensor('float32', [2, 3], [1, 1, 0, 0, 0, 0]);

describe('the tokens that are there', () => {
  const { tokens: x, mask: seen } = part('x');
  const run = (result: Parameters<typeof evaluate>[0]) => evaluate(result, { 'x.tokens': tokens, 'x.mask': mask });

  it('have a mean and a largest value, which are 0 where there are none', async () => {
    const result = await run({ mean: maskedMean(x, seen), max: maskedMax(x, seen) });
    expect(numbers(result['mean'])).toEqual([2, -3, 0, 0]);
    // A negative number times 0 is −0.
    expect(numbers(result['max']).map((value) => value + 0)).toEqual([3, -2, 0, 0]);
  });

  it('alone have gradients', async () => {
    const [mean, max] = [maskedMean(x, seen), maskedMax(x, seen)].map((one) => gradients(sum(one), [x])[0]!);
    const result = await run({ mean: mean!, max: max! });
    expect(numbers(result['mean'])).toEqual([0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(numbers(result['max'])).toEqual([0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('a softmax of what is there', () => {
  const [scores, seen] = [input('scores', 'float32', ['batch', 3]), input('mask', 'float32', ['batch', 3])];
  const given = { scores: makeTensor('float32', [2, 3], [0.5, -1, 80, 3, 2, 1]), mask };
  const shares = maskedSoftmax(scores, seen);

  it('leaves the rest out, and all where nothing is', async () => {
    const result = numbers((await evaluate({ shares }, given))['shares']);
    const first = 1 / (1 + Math.exp(-1.5));
    [first, 1 - first, 0, 0, 0, 0].forEach((share, index) => expect(result[index]).toBeCloseTo(share, 6));
  });

  it('has a finite gradient, which is 0 for the rest', async () => {
    const [slope] = gradients(sum(mul(shares, shares)), [scores]);
    const result = numbers((await evaluate({ slope: slope! }, given))['slope']);
    const first = 1 / (1 + Math.exp(-1.5));
    const expected = first * (1 - first) * 2 * (2 * first - 1);
    [expected, -expected, 0, 0, 0, 0].forEach((value, index) => expect(result[index]).toBeCloseTo(value, 6));
  });
});

describe('parts', () => {
  const parts = { image: part('image'), text: part('text') };
  const here = makeTensor('float32', [3, 1], [1, 1, 0]);

  it('are there where any is', async () => {
    const given = { 'image.present': makeTensor('float32', [3, 1], [1, 0, 0]), 'text.present': here };
    expect(numbers((await evaluate({ present: anyPresent(parts) }, given))['present'])).toEqual([1, 1, 0]);
  });

  it('have projections of common size, 0 where they are missing', async () => {
    const weights = {
      weight: makeTensor('float32', [2, 3], [1, 2, 3, 4, 5, 7]),
      bias: makeTensor('float32', [3], [0.5, 0, 0]),
    };
    const { projected } = await evaluate(
      { projected: project(createScope(), parts.image, 3) },
      { 'image.pooled': makeTensor('float32', [3, 2], [300, 100, 1, 5, 9, 1]), 'image.present': here },
      weights,
    );
    // Two values standardize to 1 and −1, or −1 and 1.
    [-2.5, -3, -4, 3.5, 3, 4, 0, 0, 0].forEach((value, index) => {
      expect(numbers(projected)[index]).toBeCloseTo(value, 4);
    });
  });

  it('of one vector have it as their token', () => {
    const { tokens: only, mask: seen, pooled, present } = vectorFeatures(parts.image.pooled, parts.image.present);
    expect([only.shape, seen, pooled, present]).toEqual([
      ['batch', 1, 2],
      parts.image.present,
      parts.image.pooled,
      parts.image.present,
    ]);
  });

  it('are divided into those that an option names, in its order, and the others', () => {
    expect(divideParts(parts, 'by', ['text'])).toEqual({ named: { text: parts.text }, others: { image: parts.image } });
    expect(Object.keys(divideParts(parts, 'by', ['text', 'image']).named)).toEqual(['text', 'image']);
  });

  it.each([
    [['sound'], '"by" names "sound", and the fusion is of image, text'],
    [['text', 'text'], '"by" names "text" twice, and the fusion is of image, text'],
  ])('cannot be divided by %j', (names, message) => {
    expect(() => divideParts(parts, 'by', names)).toThrow(
      expect.objectContaining({ code: 'SENSORIUM_MANIFEST_INVALID', message, hint: 'Name some of image, text.' }),
    );
  });
});
