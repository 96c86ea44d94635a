import { describe, expect, it } from 'vitest';
import { windowOf } from '../operators/windows.js';
import { convolutionOf, convolve, type ConvolutionCase } from '../testing/convolution-reference.js';
import { errorsOf } from '../testing/gradient-check.js';
import { batchFirst, batchLast } from './batch-last.js';
import { convolutionProduct } from './convolution-product.js';

const cases: Readonly<Record<string, ConvolutionCase>> = {
  'a kernel of 1': { x: [2, 3, 4, 5], weight: [4, 3, 1, 1] },
  'a kernel of 1 and stride 2': { x: [2, 3, 5, 4], weight: [2, 3, 1, 1], stride: 2 },
  'a kernel of 1 and padding': { x: [1, 2, 3, 2], weight: [2, 2, 1, 1], padding: 1 },
  'no padding': { x: [2, 2, 5, 6], weight: [3, 2, 3, 3] },
  'padding on all sides': { x: [3, 2, 4, 5], weight: [3, 2, 3, 3], padding: 1 },
  'stride 2': { x: [2, 2, 8, 8], weight: [3, 2, 3, 3], padding: 1, stride: 2 },
  'stride 2 that leaves an edge out': { x: [2, 2, 6, 8], weight: [3, 2, 3, 3], stride: 2 },
  'a stride larger than the kernel': { x: [1, 2, 9, 8], weight: [2, 2, 2, 2], stride: 3 },
  'a different padding on every side': { x: [2, 2, 5, 6], weight: [3, 2, 2, 3], padding: [0, 1, 2, 3], stride: 2 },
  'dilation and stride': { x: [2, 2, 10, 9], weight: [2, 2, 3, 2], dilation: 2, stride: 3, padding: [1, 0, 2, 1] },
  'more padding than the kernel covers': { x: [1, 2, 3, 4], weight: [2, 2, 2, 2], padding: 2 },
  'one dimension': { x: [2, 2, 11], weight: [3, 2, 3], stride: 2, dilation: 2, padding: [2, 1] },
  'three dimensions': { x: [2, 2, 4, 3, 5], weight: [2, 2, 2, 3, 2], stride: [2, 1, 2], padding: [0, 1, 1, 1, 1, 0] },
};

describe.each([false, true])('a convolution as a product, with bias: %s', (bias) => {
  it.each(Object.entries(cases))('with %s is the sum over windows, and so are its gradients', async (_, one) => {
    const definition = convolutionOf(one);
    const window = windowOf(one.weight.slice(2), one);
    const { value, gradient } = await errorsOf({
      shapes: [one.x, one.weight, ...(bias ? [one.weight.slice(0, 1)] : [])],
      build: (x, weight, ofChannels) =>
        batchFirst(convolutionProduct(batchLast(x), weight, ofChannels ?? null, window)),
      formula: (x, weight, ofChannels) => convolve(definition, x, weight, ofChannels),
    });
    expect(value).toBeLessThan(1e-6);
    expect(gradient).toBeLessThan(1e-5);
  });
});
