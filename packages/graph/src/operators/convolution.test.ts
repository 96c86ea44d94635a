import { SensoriumError } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { toOnnx } from '../onnx/write.js';
import { numbers, withSession } from '../testing/evaluate.js';
import { errorsOf } from '../testing/gradient-check.js';
import { indices, range, relativeError, spreadTensor } from '../testing/numbers.js';
import { input } from '../value.js';
import { conv2d, type ConvolutionOptions } from './convolution.js';

interface Case extends ConvolutionOptions {
  readonly x: readonly [number, number, number, number];
  readonly weight: readonly [number, number, number, number];
}

const cases: Readonly<Record<string, Case>> = {
  'one element': { x: [1, 1, 1, 1], weight: [1, 1, 1, 1] },
  'a kernel of 1': { x: [2, 3, 4, 5], weight: [4, 3, 1, 1] },
  'the defaults': { x: [2, 2, 5, 6], weight: [3, 2, 3, 3] },
  'padding on all sides': { x: [2, 2, 4, 5], weight: [3, 2, 3, 3], padding: 1 },
  'a rectangular kernel': { x: [2, 2, 5, 5], weight: [3, 2, 2, 3], padding: 1 },
  'stride 2': { x: [2, 2, 8, 8], weight: [3, 2, 3, 3], padding: 1, stride: 2 },
  'stride 2 on odd sizes': { x: [2, 2, 7, 9], weight: [3, 2, 3, 3], padding: 1, stride: 2 },
  'stride 2 that leaves an edge out': { x: [2, 2, 6, 8], weight: [3, 2, 3, 3], stride: 2 },
  'a stride larger than the kernel': { x: [1, 2, 9, 8], weight: [2, 2, 2, 2], stride: 3 },
  'a different padding on every side': { x: [2, 2, 5, 6], weight: [3, 2, 3, 3], padding: [0, 1, 2, 3], stride: 2 },
  'dilation 2': { x: [2, 2, 7, 8], weight: [3, 2, 3, 3], dilation: 2, padding: 2 },
  'dilation and stride': { x: [1, 2, 10, 9], weight: [2, 2, 3, 2], dilation: 2, stride: 3, padding: [1, 0, 2, 1] },
  'two groups': { x: [2, 4, 5, 5], weight: [6, 2, 3, 3], groups: 2, padding: 1 },
  'two groups and stride 2': { x: [2, 4, 5, 6], weight: [4, 2, 3, 3], groups: 2, padding: 1, stride: 2 },
  'a group for each channel': { x: [2, 3, 5, 6], weight: [3, 1, 3, 3], groups: 3, padding: 1 },
  'two outputs for each channel': {
    x: [2, 3, 6, 5],
    weight: [6, 1, 3, 3],
    groups: 3,
    stride: 2,
    dilation: 2,
    padding: 2,
  },
};

describe.each(Object.entries(cases))('a convolution with %s', (_, { x, weight, ...options }) => {
  it.each([false, true])('has the values and gradients of its formula (bias: %s)', async (biased) => {
    const definition = definitionOf({ x, weight, ...options });
    const errors = await errorsOf({
      shapes: biased ? [x, weight, weight.slice(0, 1)] : [x, weight],
      build: (images, kernel, bias) => conv2d(images, kernel, { ...options, bias }),
      formula: (images, kernel, bias) => convolve(definition, images, kernel, bias),
    });
    expect(errors.value).toBeLessThan(1e-6);
    expect(errors.gradient).toBeLessThan(1e-6);
  });
});

interface Definition {
  /** Of the output */
  readonly shape: readonly [number, number, number, number];
  readonly products: readonly Product[];
}

interface Product {
  readonly output: number;
  readonly pixel: number;
  readonly weight: number;
}

/** The positions of what a convolution multiplies, and of where it adds each product. */
function definitionOf({ x, weight, stride = 1, padding = 0, groups = 1, dilation = 1 }: Case): Definition {
  const [batch, channels, height, width] = x;
  const [outputs, depth, kernelHeight, kernelWidth] = weight;
  const [top, left, bottom, right] = typeof padding === 'number' ? [padding, padding, padding, padding] : padding;
  const rows = Math.floor((height + top + bottom - dilation * (kernelHeight - 1) - 1) / stride) + 1;
  const columns = Math.floor((width + left + right - dilation * (kernelWidth - 1) - 1) / stride) + 1;
  const products = indices([batch, outputs, rows, columns, depth, kernelHeight, kernelWidth]).flatMap((index) => {
    const [b, o, row, column, c, i, j] = index as [number, number, number, number, number, number, number];
    const [y, z] = [row * stride + i * dilation - top, column * stride + j * dilation - left];
    if (y < 0 || y >= height || z < 0 || z >= width) return [];
    const channel = Math.floor(o / (outputs / groups)) * depth + c;
    return {
      output: ((b * outputs + o) * rows + row) * columns + column,
      pixel: ((b * channels + channel) * height + y) * width + z,
      weight: ((o * depth + c) * kernelHeight + i) * kernelWidth + j,
    };
  });
  return { shape: [batch, outputs, rows, columns], products };
}

function convolve(
  { shape: [batch, channels, rows, columns], products }: Definition,
  images: readonly number[],
  kernel: readonly number[],
  bias?: readonly number[],
): number[] {
  const area = rows * columns;
  const sums = range(batch * channels * area).map((index) => bias?.[Math.floor(index / area) % channels] ?? 0);
  for (const { output, pixel, weight } of products) sums[output]! += images[pixel]! * kernel[weight]!;
  return sums;
}

it('runs with any number of images', async () => {
  const [x, weight] = [input('x', 'float32', ['batch', 2, 5, 5]), input('weight', 'float32', [3, 2, 3, 3])];
  const y = conv2d(x, weight, { stride: 2 });
  expect(y.shape).toEqual(['batch', 3, 2, 2]);
  const kernel = spreadTensor('float32', [3, 2, 3, 3], 2);
  await withSession(toOnnx({ outputs: { y }, inputs: [x, weight] }), async (session) => {
    for (const batch of [1, 3]) {
      const definition = definitionOf({ x: [batch, 2, 5, 5], weight: [3, 2, 3, 3], stride: 2 });
      const images = spreadTensor('float32', [batch, 2, 5, 5], 1);
      const result = await session.run({ x: images, weight: kernel });
      expect(result['y']?.shape).toEqual([batch, 3, 2, 2]);
      const expected = convolve(definition, numbers(images), numbers(kernel));
      expect(relativeError(numbers(result['y']), expected)).toBeLessThan(1e-6);
    }
  });
});

it('is one node in a graph that is not trained', () => {
  const x = input('x', 'float32', ['batch', 2, 5, 5]);
  const weight = input('weight', 'float32', [3, 2, 3, 3]);
  const y = conv2d(x, weight, { bias: input('bias', 'float32', [3]) });
  const bytes = Buffer.from(toOnnx({ outputs: { y }, inputs: [x, weight] })).toString('latin1');
  expect(bytes.match(/Conv|Transpose|Gemm|Concat|Slice|Add/g)).toEqual(['Conv']);
});

describe('a convolution refuses', () => {
  const image = input('x', 'float32', ['batch', 4, 5, 5]);
  const kernel = (...shape: number[]) => input('weight', 'float32', shape);
  const refuse = (run: () => unknown, message: RegExp): void => {
    expect(run).toThrow(SensoriumError);
    expect(run).toThrow(message);
  };

  it('a weight for other channels', () => {
    refuse(() => conv2d(image, kernel(8, 3, 3, 3)), /\[8,3,3,3\].*\[batch,4,5,5\]/);
  });
  it('groups that do not divide the outputs', () => {
    refuse(() => conv2d(image, kernel(7, 2, 3, 3), { groups: 2 }), /2 groups/);
  });
  it('tensors that are not images', () => {
    refuse(() => conv2d(input('x', 'float32', [4, 5, 5]), kernel(8, 4, 3, 3)), /\[4,5,5\].*\[B,C,H,W\]/);
  });
  it('a bias for other outputs', () => {
    refuse(() => conv2d(image, kernel(8, 4, 3, 3), { bias: kernel(7) }), /bias \[7\]/);
  });
  it('a kernel larger than the padded image', () => {
    refuse(() => conv2d(image, kernel(8, 4, 3, 7)), /window of 7 does not fit/);
  });
  it.each([0, -1, 1.5])('a stride of %s', (stride) => {
    refuse(() => conv2d(image, kernel(8, 4, 3, 3), { stride }), /stride/);
  });
  it.each([0, 1.5])('a dilation of %s', (dilation) => {
    refuse(() => conv2d(image, kernel(8, 4, 3, 3), { dilation }), /dilation/);
  });
  it.each([-1, 0.5])('a padding of %s', (padding) => {
    refuse(() => conv2d(image, kernel(8, 4, 3, 3), { padding }), /padding/);
  });
  it('groups of 0', () => {
    refuse(() => conv2d(image, kernel(8, 4, 3, 3), { groups: 0 }), /groups/);
  });
  it('images of whole numbers', () => {
    refuse(() => conv2d(input('x', 'int64', [1, 4, 5, 5]), kernel(8, 4, 3, 3)), /int64/);
  });
});
