import { SensoriumError } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { gradients } from '../differentiate/gradients.js';
import { toOnnx } from '../onnx/write.js';
import { convolutionOf, convolve, type ConvolutionCase } from '../testing/convolution-reference.js';
import { numbers, withSession } from '../testing/evaluate.js';
import { errorsOf } from '../testing/gradient-check.js';
import { range, relativeError, size, spreadTensor } from '../testing/numbers.js';
import { input } from '../value.js';
import { square } from './arithmetic.js';
import { conv } from './convolution.js';
import { sum } from './reduction.js';

const cases: Readonly<Record<string, ConvolutionCase>> = {
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
  'a group for each channel, an edge left out and padding': {
    x: [2, 2, 6, 8],
    weight: [2, 1, 2, 3],
    groups: 2,
    stride: 3,
    padding: [0, 0, 1, 2],
  },
  'a group for each channel and a kernel of 1': { x: [2, 3, 3, 4], weight: [3, 1, 1, 1], groups: 3 },
  'two groups and a kernel of 1': { x: [2, 4, 3, 4], weight: [6, 2, 1, 1], groups: 2 },
  'a kernel of 1 and stride 2': { x: [2, 3, 5, 4], weight: [2, 3, 1, 1], stride: 2 },
  'a kernel of 1 and padding': { x: [1, 2, 3, 2], weight: [2, 2, 1, 1], padding: 1 },
  'more padding than the kernel covers': { x: [1, 2, 3, 4], weight: [2, 2, 2, 2], padding: 2 },
  'a stride and a dilation for each axis': {
    x: [2, 2, 7, 9],
    weight: [3, 2, 3, 2],
    stride: [2, 1],
    dilation: [1, 3],
    padding: [1, 2, 0, 1],
  },
  'one dimension': { x: [2, 3, 8], weight: [4, 3, 3], padding: 1 },
  'one dimension, stride, dilation and sides': {
    x: [2, 2, 11],
    weight: [3, 2, 3],
    stride: 2,
    dilation: 2,
    padding: [2, 1],
  },
  'one dimension and a group for each channel': { x: [2, 3, 8], weight: [3, 1, 4], groups: 3, padding: [3, 0] },
  'three dimensions': { x: [1, 2, 4, 3, 5], weight: [2, 2, 2, 3, 2], padding: [0, 1, 1, 1, 1, 0] },
  'three dimensions, strides and two groups': {
    x: [2, 4, 5, 4, 3],
    weight: [2, 2, 3, 2, 1],
    groups: 2,
    stride: [2, 1, 2],
    padding: [1, 0, 0, 1, 1, 0],
  },
  'three dimensions and a group for each channel': {
    x: [1, 2, 3, 4, 3],
    weight: [2, 1, 2, 2, 2],
    groups: 2,
    stride: 2,
    padding: 1,
  },
};

describe.each(Object.entries(cases))('a convolution with %s', (_, { x, weight, ...options }) => {
  it.each([false, true])('has the values and gradients of its formula (bias: %s)', async (biased) => {
    const definition = convolutionOf({ x, weight, ...options });
    const errors = await errorsOf({
      shapes: biased ? [x, weight, weight.slice(0, 1)] : [x, weight],
      build: (images, kernel, bias) => conv(images, kernel, { ...options, bias }),
      formula: (images, kernel, bias) => convolve(definition, images, kernel, bias),
    });
    expect(errors.value).toBeLessThan(1e-6);
    expect(errors.gradient).toBeLessThan(1e-6);
  });
});

describe.each<ConvolutionCase>([
  { x: [1, 2, 4, 5], weight: [2, 2, 3, 3], padding: 1 },
  { x: [2, 2, 5, 4], weight: [3, 2, 2, 3], stride: 2, padding: 1 },
  { x: [2, 2, 5, 4], weight: [2, 1, 3, 2], stride: [2, 1], groups: 2 },
])('the gradients of Σ convolution² for %j', ({ x, weight, ...options }) => {
  const { shape, products } = convolutionOf({ x, weight, ...options });
  it.each(['x', 'weight'] as const)('can be differentiated again: %s', async (which) => {
    const errors = await errorsOf({
      shapes: [x, weight],
      build: (images, kernel) => {
        const leaf = which === 'x' ? images : kernel;
        return gradients(sum(square(conv(images, kernel, options))), [leaf])[0]!;
      },
      formula: (images, kernel) => {
        const y = convolve({ shape, products }, images, kernel);
        const gradient = range(size(which === 'x' ? x : weight)).map(() => 0);
        for (const { output, pixel, weight: element } of products) {
          if (which === 'x') gradient[pixel]! += 2 * y[output]! * kernel[element]!;
          else gradient[element]! += 2 * y[output]! * images[pixel]!;
        }
        return gradient;
      },
    });
    expect(errors.value).toBeLessThan(1e-6);
    expect(errors.gradient).toBeLessThan(1e-6);
  });
});

it('runs with any number of images', async () => {
  const [x, weight] = [input('x', 'float32', ['batch', 2, 5, 5]), input('weight', 'float32', [3, 2, 3, 3])];
  const y = conv(x, weight, { stride: 2 });
  expect(y.shape).toEqual(['batch', 3, 2, 2]);
  const kernel = spreadTensor('float32', [3, 2, 3, 3], 2);
  await withSession(toOnnx({ outputs: { y }, inputs: [x, weight] }), async (session) => {
    for (const batch of [1, 3]) {
      const definition = convolutionOf({ x: [batch, 2, 5, 5], weight: [3, 2, 3, 3], stride: 2 });
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
  const y = conv(x, weight, { bias: input('bias', 'float32', [3]) });
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
    refuse(() => conv(image, kernel(8, 3, 3, 3)), /\[8,3,3,3\].*\[batch,4,5,5\]/);
  });
  it('groups that do not divide the outputs', () => {
    refuse(() => conv(image, kernel(7, 2, 3, 3), { groups: 2 }), /2 groups/);
  });
  it('tensors that are not images', () => {
    refuse(() => conv(input('x', 'float32', [4, 5]), kernel(8, 4)), /\[4,5\].*\[B,C,…spatial\]/);
  });
  it('a weight for images of other dimensions', () => {
    refuse(() => conv(input('x', 'float32', [4, 5, 5]), kernel(8, 4, 3, 3)), /\[4,5,5\].*\[8,4,3,3\]/);
  });
  it('strides, dilations and padding for other dimensions', () => {
    refuse(() => conv(image, kernel(8, 4, 3, 3), { stride: [1, 1, 1] }), /stride of \[1,1,1\].*list of 2/);
    refuse(() => conv(image, kernel(8, 4, 3, 3), { dilation: [1] }), /dilation of \[1\].*list of 2/);
    refuse(() => conv(image, kernel(8, 4, 3, 3), { padding: [1, 1] }), /padding of \[1,1\].*list of 4/);
  });
  it('a bias for other outputs', () => {
    refuse(() => conv(image, kernel(8, 4, 3, 3), { bias: kernel(7) }), /bias \[7\]/);
  });
  it('a kernel larger than the padded image', () => {
    refuse(() => conv(image, kernel(8, 4, 3, 7)), /window of 7 does not fit/);
  });
  it.each([0, -1, 1.5])('a stride of %s', (stride) => {
    refuse(() => conv(image, kernel(8, 4, 3, 3), { stride }), /stride/);
  });
  it.each([0, 1.5])('a dilation of %s', (dilation) => {
    refuse(() => conv(image, kernel(8, 4, 3, 3), { dilation }), /dilation/);
  });
  it.each([-1, 0.5])('a padding of %s', (padding) => {
    refuse(() => conv(image, kernel(8, 4, 3, 3), { padding }), /padding/);
  });
  it('groups of 0', () => {
    refuse(() => conv(image, kernel(8, 4, 3, 3), { groups: 0 }), /groups/);
  });
  it('images of whole numbers', () => {
    refuse(() => conv(input('x', 'int64', [1, 4, 5, 5]), kernel(8, 4, 3, 3)), /int64/);
  });
});
