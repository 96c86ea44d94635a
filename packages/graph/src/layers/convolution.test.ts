import { describe, expect, it } from 'vitest';
import { createScope } from '../scope.js';
import { evaluate, numbers } from '../testing/evaluate.js';
import { input } from '../value.js';
import { makeTensor } from '@sensorium/tensors';
import { convolution, type ConvolutionLayerOptions } from './convolution.js';

const shapesOf = (options?: ConvolutionLayerOptions) => {
  const scope = createScope();
  const y = convolution(scope.at('first'), input('x', 'float32', ['batch', 3, 8, 9]), 4, options);
  return { y: y.shape, parameters: Object.fromEntries(scope.parameters.map(({ name, shape }) => [name, shape])) };
};

describe('a convolution layer', () => {
  it('keeps the size of images and declares weight and bias', () => {
    expect(shapesOf()).toEqual({
      y: ['batch', 4, 8, 9],
      parameters: { 'first/weight': [4, 3, 3, 3], 'first/bias': [4] },
    });
  });
  it('takes kernel, stride, padding and no bias', () => {
    expect(shapesOf({ kernel: 5, stride: 2, padding: 0, bias: false })).toEqual({
      y: ['batch', 4, 2, 3],
      parameters: { 'first/weight': [4, 3, 5, 5] },
    });
  });
  it('takes sequences and volumes', () => {
    const scope = createScope();
    expect(convolution(scope.at('a'), input('x', 'float32', ['batch', 3, 8]), 4).shape).toEqual(['batch', 4, 8]);
    const volume = convolution(scope.at('b'), input('x', 'float32', [1, 2, 4, 5, 6]), 3, { kernel: 1, stride: 2 });
    expect(volume.shape).toEqual([1, 3, 2, 3, 3]);
    expect(scope.parameters.map(({ shape }) => shape)).toEqual([[4, 3, 3], [4], [3, 2, 1, 1, 1], [3]]);
  });
  it('refuses an even kernel that should keep the size', () => {
    expect(() => shapesOf({ kernel: 2 })).toThrow(/window of 2/);
  });
  it('adds the bias to every place of its channel', async () => {
    const scope = createScope();
    const y = convolution(scope, input('x', 'float32', [1, 1, 2, 2]), 2, { kernel: 1 });
    const weights = {
      weight: makeTensor('float32', [2, 1, 1, 1], [2, -1]),
      bias: makeTensor('float32', [2], [10, 20]),
    };
    const { output } = await evaluate({ output: y }, { x: makeTensor('float32', [1, 1, 2, 2], [1, 2, 3, 4]) }, weights);
    expect(numbers(output)).toEqual([12, 14, 16, 18, 19, 18, 17, 16]);
  });
});
