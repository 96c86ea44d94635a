import { describe, expect, it } from 'vitest';
import { gradients } from '../differentiate/gradients.js';
import { evaluate, numbers } from '../testing/evaluate.js';
import { windowsOf, type PoolCase } from '../testing/convolution-reference.js';
import { errorsOf } from '../testing/gradient-check.js';
import { range, size, total } from '../testing/numbers.js';
import { constant, input } from '../value.js';
import { makeTensor } from '@sensorium/tensors';
import { add, mul } from './arithmetic.js';
import { averagePool, globalAveragePool, globalMaxPool, maxPool } from './pooling.js';
import { sum } from './reduction.js';

const cases: Readonly<Record<string, PoolCase>> = {
  'windows side by side': { x: [2, 3, 4, 6], size: 2 },
  'windows that leave an edge out': { x: [2, 2, 5, 7], size: 2, stride: 2 },
  'windows that overlap': { x: [2, 2, 7, 6], size: 3, stride: 2 },
  'windows at every place': { x: [2, 2, 4, 5], size: 2, stride: 1 },
  'windows with gaps between': { x: [2, 2, 8, 7], size: 2, stride: 3 },
  'windows of one element': { x: [2, 2, 3, 3], size: 1, stride: 1 },
  'one window': { x: [1, 2, 3, 3], size: 3 },
  'padding on all sides': { x: [2, 2, 5, 6], size: 3, stride: 2, padding: 1 },
  'padding at stride 1': { x: [2, 2, 3, 4], size: 3, stride: 1, padding: 1 },
  'something different for every axis': {
    x: [2, 2, 5, 7],
    size: [2, 3],
    stride: [1, 2],
    padding: [1, 0, 0, 2],
  },
  'one dimension': { x: [2, 3, 9], size: 3, stride: 2, padding: [1, 0] },
  'windows that overlap so much that they are not laid out': { x: [1, 2, 14, 13], size: 7, stride: 1, padding: 3 },
  'long windows': { x: [1, 1, 150], size: 100, stride: 2, padding: [49, 52] },
  'three dimensions': { x: [1, 2, 4, 3, 5], size: [2, 3, 2], stride: [2, 1, 2], padding: [1, 1, 0, 0, 1, 1] },
};

const dilated: Readonly<Record<string, PoolCase>> = {
  'gaps inside the windows': { x: [2, 2, 6, 7], size: 2, stride: 1, dilation: 3 },
  'gaps inside long windows': { x: [1, 1, 80], size: 37, stride: 1, dilation: 2, padding: 36 },
  'gaps and padding': { x: [2, 2, 7, 6], size: [3, 2], stride: 2, dilation: [2, 1], padding: [2, 1, 1, 0] },
};

/** All inputs lie between these, so that padding with zeros would win, would be the mean, or neither. */
const ranges: readonly (readonly [number, number])[] = [
  [-2, 2],
  [-3, -1],
];

type Reduce = (values: readonly number[], elements: number) => number;
const pools: readonly (readonly [string, Readonly<Record<string, PoolCase>>, typeof averagePool, Reduce])[] = [
  ['maximum', { ...cases, ...dilated }, maxPool, (values) => Math.max(...values)],
  ['average', cases, averagePool, (values) => total(values) / values.length],
  [
    'average with padding',
    cases,
    (x, size, options) => averagePool(x, size, { ...options, countIncludePad: true }),
    (values, elements) => total(values) / elements,
  ],
];

describe.each(pools)('%s pooling', (_, own, pool, reduce) => {
  const all = Object.entries(own).flatMap(([of, one]) => ranges.map(([low, high]) => ({ of, one, low, high })));
  it.each(all)('of $of has the values and gradients of its formula ($low … $high)', async ({ one, low, high }) => {
    const { x, size, ...options } = one;
    const { windows, elements } = windowsOf(one);
    const errors = await errorsOf({
      shapes: [x],
      low,
      high,
      build: (images) => pool(images, size, options),
      formula: (images) =>
        windows.map((window) =>
          reduce(
            window.map((at) => images[at]!),
            elements,
          ),
        ),
    });
    expect(errors.value).toBeLessThan(1e-6);
    expect(errors.gradient).toBeLessThan(1e-6);
  });

  it('keeps an unknown number of images', () => {
    expect(pool(input('x', 'float32', ['batch', 3, 7, 8]), 2).shape).toEqual(['batch', 3, 3, 4]);
  });

  it('refuses a window larger than the image, and what is not an image', () => {
    const x = input('x', 'float32', [1, 1, 2, 2]);
    expect(() => pool(x, 3)).toThrow(/window of 3 does not fit/);
    expect(() => pool(input('x', 'float32', [2, 2]), 2)).toThrow(/\[2,2\].*\[B,C,…spatial\]/);
    expect(() => pool(x, 1, { stride: 0 })).toThrow(/stride/);
    expect(() => pool(x, 0)).toThrow(/size/);
    expect(() => pool(x, 2, { padding: 2 })).toThrow(/window of \[2,2\] with a padding of \[2,2,2,2\]/);
  });
});

describe('gradients of large images', () => {
  /** The last element of every window, which is the largest. */
  async function gradientOfRising(pool: typeof maxPool, shape: readonly number[], size: number, stride: number) {
    const x = input('x', 'float32', shape);
    const [gradient] = gradients(sum(pool(x, size, { stride })), [x]);
    const rising = makeTensor('float32', shape, range(shape.reduce((a, b) => a * b, 1)));
    // Those of means do not read x.
    const { result } = await evaluate({ result: add(gradient!, mul(x, 0)) }, { x: rising });
    return numbers(result);
  }

  it('of one axis with 130,000 elements, under one window and under many', async () => {
    const one = await gradientOfRising(maxPool, [1, 1, 130_000], 130_000, 1);
    expect([one.at(-1), total(one)]).toEqual([1, 1]);
    const many = await gradientOfRising(maxPool, [1, 1, 130_000], 65_000, 1);
    expect([many[64_998], many[64_999], many.at(-1), total(many)]).toEqual([0, 1, 1, 65_001]);
  });

  it('whose windows together are ten thousand times as large', async () => {
    const [image, size] = [256, 100];
    const places = image - size + 1;
    const largest = await gradientOfRising(maxPool, [1, 1, image, image], size, 1);
    const at = (row: number, column: number): number => largest[row * image + column]!;
    expect([at(98, 99), at(99, 98), at(99, 99), at(255, 255), total(largest)]).toEqual([0, 0, 1, 1, places ** 2]);
    const mean = await gradientOfRising(averagePool, [1, 1, image, image], size, 1);
    // A corner is seen once, the middle by as many windows as there are.
    expect(mean[0]! * size ** 2).toBeCloseTo(1, 4);
    expect(mean[128 * image + 128]! * size ** 2).toBeCloseTo(size ** 2, 0);
  });
});

it('equal maxima of a window share its gradient', async () => {
  const x = input('x', 'float32', [1, 1, 2, 4]);
  const weighted = mul(maxPool(x, 2), constant([6, 5], 'float32', [1, 1, 1, 2]));
  const [gradient] = gradients(sum(weighted), [x]);
  const results = await evaluate(
    { gradient: gradient! },
    { x: makeTensor('float32', x.shape.map(Number), [3, 1, 0, 0, 3, 3, -1, 2]) },
  );
  expect(numbers(results['gradient'])).toEqual([2, 0, 0, 0, 2, 2, 0, 5]);
});

it.each(['float32', 'float64'] as const)(
  'a window that sees nothing but padding has no gradient (%s)',
  async (dtype) => {
    const x = input('x', dtype, [1, 1, 1, 2]);
    const y = maxPool(x, [2, 1], { stride: 1, dilation: [2, 1], padding: [1, 0, 1, 0] });
    expect(y.shape).toEqual([1, 1, 1, 2]);
    const [gradient] = gradients(sum(y), [x]);
    const { result } = await evaluate({ result: gradient! }, { x: makeTensor(dtype, [1, 1, 1, 2], [1, -1]) });
    expect(numbers(result)).toEqual([0, 0]);
  },
);

describe.each([
  ['mean', globalAveragePool, (values: readonly number[]) => total(values) / values.length],
  ['maximum', globalMaxPool, (values: readonly number[]) => Math.max(...values)],
] as const)('the %s of whole images', (_, pool, reduce) => {
  it.each([[[2, 3, 5]], [[2, 3, 4, 5]], [[1, 2, 3, 2, 3]]])(
    'of shape %j has the values and gradients of its formula',
    async (x) => {
      const area = size(x.slice(2));
      const errors = await errorsOf({
        shapes: [x],
        build: pool,
        formula: (images) => range(x[0]! * x[1]!).map((c) => reduce(images.slice(c * area, (c + 1) * area))),
      });
      expect(errors.value).toBeLessThan(1e-6);
      expect(errors.gradient).toBeLessThan(1e-6);
    },
  );

  it('keeps an unknown number of images', () => {
    expect(pool(input('x', 'float32', ['batch', 3, 4, 5])).shape).toEqual(['batch', 3]);
    expect(() => pool(input('x', 'float32', [3, 4]))).toThrow(/\[B,C,…spatial\]/);
  });
});
