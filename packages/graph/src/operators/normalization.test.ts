import type { SymbolicTensor } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { gradients } from '../differentiate/gradients.js';
import { errorsOf, type Reference } from '../testing/gradient-check.js';
import { range, size, spreadTensor } from '../testing/numbers.js';
import { numbers } from '../testing/evaluate.js';
import { average, every, standardizedBy, varianceOf } from '../testing/normalization-reference.js';
import { constantTensor, input } from '../value.js';
import { mul } from './arithmetic.js';
import {
  batchNormalization,
  batchNormalizationInTraining,
  groupNormalization,
  instanceNormalization,
} from './channel-normalization.js';
import { layerNormalization, rmsNormalization, standardize, type NormalizationOptions } from './normalization.js';
import { sum } from './reduction.js';
import { reshape } from './shaping.js';

async function expectFormula(reference: Reference, tolerance = 1e-5): Promise<void> {
  const errors = await errorsOf(reference);
  expect(errors.value).toBeLessThan(tolerance);
  expect(errors.gradient).toBeLessThan(tolerance);
}

interface LayerCase extends NormalizationOptions {
  readonly x: readonly number[];
}

describe.each<LayerCase>([
  { x: [2, 4] },
  { x: [2, 3, 5] },
  { x: [2, 3, 4], axis: 1 },
  { x: [2, 3], axis: 0 },
  { x: [2, 1, 3], axis: -2, epsilon: 0.1 },
])('over the last axes of %j', ({ x: shape, ...options }) => {
  const { axis = -1, epsilon = 1e-5 } = options;
  const inner = shape.slice(axis);
  const count = size(inner);

  it.each([true, false])('layer normalisation is its formula (bias: %s)', (biased) =>
    expectFormula({
      shapes: biased ? [shape, inner, inner] : [shape, inner],
      build: (x, scale, bias?: SymbolicTensor) => layerNormalization(x, scale, bias ?? null, options),
      formula: (x, scale, bias) =>
        standardizedBy(x, every(size(shape), count), epsilon).map(
          (normal, index) => normal * scale[index % count]! + (bias?.[index % count] ?? 0),
        ),
    }),
  );

  it('root-mean-square normalisation is its formula', () =>
    expectFormula({
      shapes: [shape, inner],
      build: (x, scale) => rmsNormalization(x, scale, options),
      formula: (x, scale) =>
        x.map((value, index) => {
          const own = x.slice(index - (index % count), index - (index % count) + count);
          return (value / Math.sqrt(average(own.map((v) => v * v)) + epsilon)) * scale[index % count]!;
        }),
    }));
});

describe('the gradient of a gradient', () => {
  const weights = spreadTensor('float32', [2, 5], 3, 0.5, 2);
  const w = numbers(weights);
  const ones = spreadTensor('float32', [5], 0, 1, 1);
  const zeros = spreadTensor('float32', [5], 0, 0, 0);
  /** (w − mean w − n · mean (w n)) / deviation */
  const first = (x: readonly number[]): number[] =>
    [0, 1].flatMap((row) => {
      const [own, upstream] = [x.slice(5 * row, 5 * row + 5), w.slice(5 * row, 5 * row + 5)];
      const deviation = Math.sqrt(varianceOf(own) + 1e-5);
      const normal = own.map((v) => (v - average(own)) / deviation);
      const along = average(normal.map((n, i) => n * upstream[i]!));
      return normal.map((n, i) => (upstream[i]! - average(upstream) - n * along) / deviation);
    });
  it.each([
    ['standardize', (x: SymbolicTensor) => standardize(x)],
    ['layer normalisation', (x: SymbolicTensor) => layerNormalization(x, constantTensor(ones), constantTensor(zeros))],
    ['instance normalisation', instanceOfRows],
  ])('of %s is that of its formula', (_, operator) =>
    expectFormula({
      shapes: [[2, 5]],
      build: (x) => gradients(sum(mul(operator(x), constantTensor(weights))), [x])[0]!,
      formula: (x) => first(x),
    }),
  );
});

/** Rows [2,5] as the two channels of one image. */
function instanceOfRows(x: SymbolicTensor): SymbolicTensor {
  const [one, zero] = [1, 0].map((v) => constantTensor(spreadTensor('float32', [2], 0, v, v)));
  return reshape(instanceNormalization(reshape(x, [1, 2, 5]), one!, zero!), [2, 5]);
}

describe.each([[[2, 3]], [[3, 2, 4]], [[2, 3, 2, 3]], [[2, 2, 2, 1, 3]]])('channels of %j', (shape) => {
  const channels = shape[1]!;
  const area = size(shape.slice(2));
  const channelOf = (index: number): number => Math.floor(index / area) % channels;
  const byChannel = range(size(shape)).map(channelOf);

  it('are normalised with given statistics', () =>
    expectFormula({
      shapes: [shape, [channels], [channels], [channels], [channels]],
      low: 0.5,
      high: 2,
      build: (x, scale, bias, mean, variance) => batchNormalization(x, scale, bias, mean, variance, 0.01),
      formula: (x, scale, bias, mean, variance) =>
        x.map((value, index) => {
          const c = channelOf(index);
          return ((value - mean[c]!) / Math.sqrt(variance[c]! + 0.01)) * scale[c]! + bias[c]!;
        }),
    }));

  it('are normalised with the statistics of their batch', () =>
    expectFormula({
      shapes: [shape, [channels], [channels]],
      build: (x, scale, bias) => batchNormalizationInTraining(x, scale, bias).output,
      formula: (x, scale, bias) =>
        standardizedBy(x, byChannel, 1e-5).map(
          (normal, index) => normal * scale[channelOf(index)]! + bias[channelOf(index)]!,
        ),
    }));

  it.each(['mean', 'variance'] as const)('have the %s of their batch', (which) =>
    expectFormula({
      shapes: [shape],
      build: (x) => {
        const parameter = constantTensor(spreadTensor('float32', [channels], 1));
        return batchNormalizationInTraining(x, parameter, parameter)[which];
      },
      formula: (x) =>
        range(channels).map((c) => {
          const own = x.filter((_, index) => channelOf(index) === c);
          return which === 'mean' ? average(own) : varianceOf(own);
        }),
    }),
  );
});

describe.each<[number[], number]>([
  [[2, 4, 3], 2],
  [[2, 4, 2, 3], 1],
  [[1, 6, 2, 2], 3],
  [[2, 4, 5], 4],
  [[2, 3, 2, 1, 3], 3],
  [[2, 6], 2],
])('%j in %i groups', (shape, groups) => {
  const channels = shape[1]!;
  const area = size(shape.slice(2));
  const formula: Reference['formula'] = (x, scale, bias) =>
    standardizedBy(x, every(size(shape), (channels / groups) * area), 1e-5).map((normal, index) => {
      const c = Math.floor(index / area) % channels;
      return normal * scale[c]! + bias[c]!;
    });
  const shapes = [shape, [channels], [channels]];

  it('is normalised by group', () =>
    expectFormula({ shapes, build: (x, scale, bias) => groupNormalization(x, groups, scale, bias), formula }));

  it.runIf(groups === channels)('is normalised by instance', () =>
    expectFormula({ shapes, build: (x, scale, bias) => instanceNormalization(x, scale, bias), formula }),
  );
});

it('unknown sizes stay', () => {
  const [x, parameter] = [input('x', 'float32', ['batch', 4, 3]), input('p', 'float32', [4])];
  const last = input('q', 'float32', [3]);
  expect(layerNormalization(x, last, null).shape).toEqual(x.shape);
  expect(batchNormalization(x, parameter, parameter, parameter, parameter).shape).toEqual(x.shape);
  expect(groupNormalization(x, 2, parameter, parameter).shape).toEqual(x.shape);
});

it('parameters of other shapes are refused', () => {
  const [x, other] = [input('x', 'float32', ['batch', 4, 3]), input('p', 'float32', [5])];
  expect(() => layerNormalization(x, other, null)).toThrow(/\[batch,4,3\].*\[3\], not \[5\]/);
  expect(() => batchNormalization(x, other, other, other, other)).toThrow(/\[4\], not \[5\]/);
  expect(() => batchNormalizationInTraining(x, other, other)).toThrow(/\[4\], not \[5\]/);
  expect(() => instanceNormalization(x, other, other)).toThrow(/\[4\], not \[5\]/);
  expect(() => groupNormalization(x, 2, other, other)).toThrow(/\[4\], not \[5\]/);
  const fitting = input('p', 'float32', [4]);
  expect(() => groupNormalization(x, 3, fitting, fitting)).toThrow(/3 groups do not divide the 4 channels/);
  expect(() => instanceNormalization(input('x', 'float32', [2, 4]), fitting, fitting)).toThrow(/…spatial/);
});
