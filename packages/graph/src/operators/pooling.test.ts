import { describe, expect, it } from 'vitest';
import { gradients } from '../differentiate/gradients.js';
import { evaluate, numbers } from '../testing/evaluate.js';
import { errorsOf } from '../testing/gradient-check.js';
import { indices, total } from '../testing/numbers.js';
import { constant, input, makeTensor } from '../value.js';
import { mul } from './arithmetic.js';
import { averagePool, globalAveragePool, maxPool } from './pooling.js';
import { sum } from './reduction.js';

type Images = readonly [number, number, number, number];

const pools = {
  maximum: { pool: maxPool, reduce: (values: number[]) => Math.max(...values) },
  average: { pool: averagePool, reduce: (values: number[]) => total(values) / values.length },
};

describe.each(Object.entries(pools))('%s pooling', (_, { pool, reduce }) => {
  it.each<{ of: string; x: Images; size: number; stride?: number }>([
    { of: 'windows side by side', x: [2, 3, 4, 6], size: 2 },
    { of: 'windows that leave an edge out', x: [2, 2, 5, 7], size: 2, stride: 2 },
    { of: 'windows that overlap', x: [2, 2, 7, 6], size: 3, stride: 2 },
    { of: 'windows at every place', x: [2, 2, 4, 5], size: 2, stride: 1 },
    { of: 'windows with gaps between', x: [2, 2, 8, 7], size: 2, stride: 3 },
    { of: 'windows of one element', x: [2, 2, 3, 3], size: 1, stride: 1 },
    { of: 'one window', x: [1, 2, 3, 3], size: 3 },
  ])('of $of has the values and gradients of its formula', async ({ x, size, stride }) => {
    const windows = windowsOf(x, size, stride ?? size);
    const errors = await errorsOf({
      shapes: [x],
      build: (images) => pool(images, size, stride),
      formula: (images) => windows.map((window) => reduce(window.map((position) => images[position]!))),
    });
    expect(errors.value).toBeLessThan(1e-6);
    expect(errors.gradient).toBeLessThan(1e-6);
  });

  it('keeps an unknown number of images', () => {
    expect(pool(input('x', 'float32', ['batch', 3, 7, 8]), 2).shape).toEqual(['batch', 3, 3, 4]);
  });

  it('refuses a window larger than the image, and what is not an image', () => {
    expect(() => pool(input('x', 'float32', [1, 1, 2, 2]), 3)).toThrow(/window of 3 does not fit/);
    expect(() => pool(input('x', 'float32', [1, 2, 2]), 2)).toThrow(/\[1,2,2\].*\[B,C,H,W\]/);
    expect(() => pool(input('x', 'float32', [1, 1, 2, 2]), 1, 0)).toThrow(/stride/);
    expect(() => pool(input('x', 'float32', [1, 1, 2, 2]), 0)).toThrow(/size/);
  });
});

/** The positions of the elements of every window, in the order of the output. */
function windowsOf([batch, channels, height, width]: Images, size: number, stride: number): number[][] {
  const places = (length: number): number => Math.floor((length - size) / stride) + 1;
  return indices([batch, channels, places(height), places(width)]).map((index) => {
    const [b, c, row, column] = index as [number, number, number, number];
    return indices([size, size]).map(
      ([i, j]) => ((b * channels + c) * height + row * stride + i!) * width + column * stride + j!,
    );
  });
}

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

it('pooling over whole images has the values and gradients of the mean', async () => {
  const x: Images = [2, 3, 4, 5];
  const errors = await errorsOf({
    shapes: [x],
    build: (images) => globalAveragePool(images),
    formula: (images) =>
      indices([2, 3]).map(([b, c]) => total(images.slice((b! * 3 + c!) * 20, (b! * 3 + c! + 1) * 20)) / 20),
  });
  expect(errors.value).toBeLessThan(1e-6);
  expect(errors.gradient).toBeLessThan(1e-6);
  expect(globalAveragePool(input('x', 'float32', ['batch', 3, 4, 5])).shape).toEqual(['batch', 3]);
});
