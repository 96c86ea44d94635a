import * as g from '../operators/index.js';
import { average, every, standardizedBy } from './normalization-reference.js';
import { range, size } from './numbers.js';
import { listwise, type OperatorCase } from './operator-case.js';

/** Images in none, one, two and three dimensions. */
const images: readonly (readonly number[])[] = [
  [3, 4],
  [2, 4, 3],
  [2, 4, 2, 3],
  [1, 4, 2, 1, 2],
];
const [CHANNELS, GROUPS] = [4, 2];

interface Channels {
  readonly shape: readonly number[];
  /** For every element, its channel. */
  readonly channel: readonly number[];
  /** For every element, the run of one sample's elements in one channel. */
  readonly instance: readonly number[];
  /** The same in one group of channels. */
  readonly group: readonly number[];
}

const channels: readonly Channels[] = images.map((shape) => {
  const area = size(shape.slice(2));
  const instance = every(size(shape), area);
  return {
    shape,
    instance,
    channel: instance.map((at) => at % CHANNELS),
    group: every(size(shape), (area * CHANNELS) / GROUPS),
  };
});

/** scale · n + bias, of every channel. */
const scaled = (
  normal: readonly number[],
  channel: readonly number[],
  scale: readonly number[],
  bias: readonly number[],
): number[] => normal.map((value, at) => value * scale[channel[at]!]! + bias[channel[at]!]!);

/** Normalisation with the statistics of all elements with the same key. */
const byKey = (
  build: OperatorCase['build'],
  keyOf: (of: Channels) => readonly number[],
  of: readonly Channels[],
): OperatorCase[] =>
  of.map((one) =>
    listwise({
      build,
      inputs: [one.shape, [CHANNELS], [CHANNELS]],
      shape: one.shape,
      formula: (x, scale, bias) => scaled(standardizedBy(x, keyOf(one), 1e-5), one.channel, scale, bias),
    }),
  );

const layers: readonly { shape: readonly number[]; axis: number; epsilon?: number }[] = [
  { shape: [2, 4], axis: -1 },
  { shape: [2, 3, 4], axis: 1, epsilon: 0.01 },
  { shape: [2, 1, 3], axis: -2 },
];

/** Normalisation over the last axes. */
const overLast = (
  build: (options: g.NormalizationOptions) => OperatorCase['build'],
  normalized: (own: readonly number[], epsilon: number) => number[],
  isBiased: boolean,
): OperatorCase[] =>
  layers.map(({ shape, axis, epsilon = 1e-5 }) => {
    const inner = shape.slice(axis);
    const count = size(inner);
    return listwise({
      build: build({ axis, epsilon }),
      inputs: isBiased ? [shape, inner, inner] : [shape, inner],
      shape,
      formula: (x, scale, bias) =>
        range(x.length / count)
          .flatMap((row) => normalized(x.slice(row * count, (row + 1) * count), epsilon))
          .map((value, at) => value * scale[at % count]! + (bias?.[at % count] ?? 0)),
    });
  });

const standardized = (own: readonly number[], epsilon: number): number[] =>
  standardizedBy(own, every(own.length, own.length), epsilon);

/** Normalisation with parameters; `standardize` is among the operators on arrays. */
export const normalizationCases: Readonly<Record<string, readonly OperatorCase[]>> = {
  batchNormalization: channels.map(({ shape, channel }) =>
    listwise({
      build: (x, scale, bias, mean, variance) => g.batchNormalization(x, scale, bias, mean, variance, 0.01),
      inputs: [shape, [CHANNELS], [CHANNELS], [CHANNELS], [CHANNELS]],
      shape,
      low: 0.5,
      high: 2,
      formula: (x, scale, bias, mean, variance) => {
        const normal = x.map((value, at) => (value - mean[channel[at]!]!) / Math.sqrt(variance[channel[at]!]! + 0.01));
        return scaled(normal, channel, scale, bias);
      },
    }),
  ),
  batchNormalizationInTraining: byKey(
    (x, scale, bias) => g.batchNormalizationInTraining(x, scale, bias).output,
    ({ channel }) => channel,
    channels,
  ),
  instanceNormalization: byKey(
    (x, scale, bias) => g.instanceNormalization(x, scale, bias),
    ({ instance }) => instance,
    channels.slice(1),
  ),
  groupNormalization: byKey(
    (x, scale, bias) => g.groupNormalization(x, GROUPS, scale, bias),
    ({ group }) => group,
    channels,
  ),
  layerNormalization: [
    ...overLast((options) => (x, scale, bias) => g.layerNormalization(x, scale, bias, options), standardized, true),
    ...overLast((options) => (x, scale) => g.layerNormalization(x, scale, null, options), standardized, false),
  ],
  rmsNormalization: overLast(
    (options) => (x, scale) => g.rmsNormalization(x, scale, options),
    (own, epsilon) => own.map((value) => value / Math.sqrt(average(own.map((v) => v * v)) + epsilon)),
    false,
  ),
};
