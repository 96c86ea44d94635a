import { SensoriumError } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { floatingPointOperations } from '../cost.js';
import { convolutionOf, spreading, spreadShape, type TransposedCase } from '../testing/convolution-reference.js';
import { errorsOf } from '../testing/gradient-check.js';
import { input } from '../value.js';
import { convTranspose } from './transposed-convolution.js';

const cases: Readonly<Record<string, TransposedCase>> = {
  'the defaults': { x: [2, 3, 4, 5], weight: [3, 2, 3, 3] },
  'a kernel of 1': { x: [2, 3, 4, 3], weight: [3, 4, 1, 1] },
  'stride 2': { x: [2, 2, 3, 4], weight: [2, 3, 3, 3], stride: 2 },
  'stride 2, padding and output padding': {
    x: [2, 2, 3, 4],
    weight: [2, 3, 3, 3],
    stride: 2,
    padding: 1,
    outputPadding: 1,
  },
  'a stride larger than the kernel': { x: [1, 2, 3, 3], weight: [2, 2, 2, 2], stride: 3, outputPadding: [2, 0] },
  'something different for every axis': {
    x: [2, 2, 4, 3],
    weight: [2, 3, 3, 2],
    stride: [1, 3],
    dilation: [2, 1],
    padding: [0, 1, 2, 0],
    outputPadding: [0, 2],
  },
  'two groups': { x: [2, 4, 3, 3], weight: [4, 3, 3, 3], groups: 2, stride: 2, padding: 1 },
  'a group for each channel': { x: [2, 3, 4, 3], weight: [3, 1, 3, 2], groups: 3, stride: 2, padding: [1, 0, 0, 1] },
  'two outputs for each channel': { x: [2, 3, 3, 4], weight: [3, 2, 2, 2], groups: 3 },
  'one output for several channels': { x: [2, 6, 3, 4], weight: [6, 1, 3, 2], groups: 3, stride: 2, padding: 1 },
  'one dimension': { x: [2, 3, 5], weight: [3, 2, 4], stride: 2, padding: [1, 2], outputPadding: 1 },
  'three dimensions': { x: [1, 2, 2, 3, 2], weight: [2, 2, 2, 2, 3], stride: [2, 1, 2], padding: [0, 1, 1, 1, 0, 1] },
};

describe.each(Object.entries(cases))('a transposed convolution with %s', (_, { x, weight, ...options }) => {
  it.each([false, true])('has the values and gradients of its formula (bias: %s)', async (biased) => {
    const result = spreadShape({ x, weight, ...options });
    expect(convolutionOf({ ...options, x: result, weight }).shape).toEqual(x);
    const outputs = result[1]!;
    const errors = await errorsOf({
      shapes: biased ? [x, weight, [outputs]] : [x, weight],
      build: (images, kernel, bias) => convTranspose(images, kernel, { ...options, bias }),
      formula: spreading({ x, weight, ...options }),
    });
    expect(errors.value).toBeLessThan(1e-6);
    expect(errors.gradient).toBeLessThan(1e-6);
  });
});

it('keeps an unknown number of images', () => {
  const x = input('x', 'float32', ['batch', 4, 3, 5]);
  expect(convTranspose(x, input('weight', 'float32', [4, 3, 2, 2]), { groups: 2, stride: 2 }).shape).toEqual([
    'batch',
    6,
    6,
    10,
  ]);
});

it('costs a multiplication and an addition for each element under the windows', () => {
  const x = input('x', 'float32', ['batch', 4, 3, 5]);
  const y = convTranspose(x, input('weight', 'float32', [4, 3, 2, 2]), { groups: 2, stride: 2 });
  expect(floatingPointOperations([y])).toBe(2 * (4 * 3 * 5) * (3 * 2 * 2));
});

describe('a transposed convolution refuses', () => {
  const x = input('x', 'float32', ['batch', 4, 3, 3]);
  const kernel = (...shape: number[]) => input('weight', 'float32', shape);
  it.each<[string, () => unknown, RegExp]>([
    ['a weight for other channels', () => convTranspose(x, kernel(3, 2, 2, 2)), /\[3,2,2,2\].*\[batch,4,3,3\]/],
    ['groups that do not divide', () => convTranspose(x, kernel(4, 2, 2, 2), { groups: 3 }), /3 groups/],
    [
      'a bias for other outputs',
      () => convTranspose(x, kernel(4, 2, 2, 2), { groups: 2, bias: kernel(2) }),
      /bias \[2\]/,
    ],
    [
      'an output padding of the stride',
      () => convTranspose(x, kernel(4, 2, 2, 2), { outputPadding: 1 }),
      /output padding/,
    ],
    ['padding that leaves nothing', () => convTranspose(x, kernel(4, 2, 2, 2), { padding: 2 }), /nothing is left/],
  ])('%s', (_, run, message) => {
    expect(run).toThrow(SensoriumError);
    expect(run).toThrow(message);
  });
});
