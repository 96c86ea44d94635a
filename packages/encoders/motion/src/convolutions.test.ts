import type { Features, Tensor, Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { createScope, input, type Parameter } from '@sensorium/graph';
import { expectAllClose, runGraph, someWeights } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { motion } from './index.js';

type Given = z.input<typeof motion.options>;

const MEAN = [2, -1];
const DEVIATION = [0.5, 3];

const encoderOf = (given: Given) => {
  const known = { names: ['x', 'y'], mean: MEAN, deviation: DEVIATION, rate: 1, dim: 5, channels: 3, ...given };
  return motion.create(motion.options.parse(known), new Map());
};

function build(given: Given): { features: Features; parameters: readonly Parameter[]; shape: readonly number[] } {
  const encoder = encoderOf(given);
  const { values, valid } = encoder.view?.fed ?? encoder.kept;
  const scope = createScope();
  const x = {
    values: input('values', 'float32', ['batch', ...values!.shape]),
    valid: input('valid', 'uint8', ['batch', ...valid!.shape]),
  };
  const features = encoder.build(scope, x, input('present', 'float32', ['batch', 1]));
  return { features, parameters: scope.parameters, shape: values!.shape };
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const numbers = (tensor: Tensor | undefined): number[] => Array.from(tensor!.data, Number);

/** Windows of noise, of which so many rows are valid, from `first` on. */
function windows(shape: readonly number[], parts: readonly (readonly [first: number, count: number])[]): Tensors {
  const [count, channels, rows] = shape as [number, number, number];
  const random = createRandom(1, 'windows');
  const isValid = (window: number, row: number): boolean => {
    const [first, length] = parts[window]!;
    return row >= first && row < first + length;
  };
  const valid = Uint8Array.from({ length: count * rows }, (_, index) =>
    Number(isValid(Math.floor(index / rows), index % rows)),
  );
  const values = Float32Array.from({ length: count * channels * rows }, () => random.normal());
  return {
    values: { dtype: 'float32', shape: [1, count, channels, rows], data: values },
    valid: { dtype: 'uint8', shape: [1, count, rows], data: valid },
    present: { dtype: 'float32', shape: [1, 1], data: Float32Array.of(1) },
  };
}

/** What the encoder makes of each window, in plain arithmetic. */
function reference({ values, valid }: Tensors, weights: Tensors, depth: number): { token: number[]; real: number }[] {
  const [, count = 0, channels = 0, rows = 0] = values!.shape;
  const [all, flags] = [numbers(values), numbers(valid)];
  return range(count).flatMap((window) => {
    let mask = flags.slice(window * rows, (window + 1) * rows);
    let x = range(channels).map((channel) => {
      const start = (window * channels + channel) * rows;
      const line = all.slice(start, start + rows);
      return line.map((value, row) => ((value - MEAN[channel]!) / DEVIATION[channel]!) * mask[row]!);
    });
    for (let stage = 0; stage === 0 || mask.length > 32; stage++) {
      const stride = mask.length > 32 ? 2 : 1;
      const seen = convolved(x, weights, `stage${stage}`, stride, 1);
      mask = range(Math.ceil(mask.length / stride)).map((place) =>
        Math.max(...mask.slice(place * stride, (place + 1) * stride)),
      );
      x = seen.map((line) => line.map((value, place) => Math.max(0, value) * mask[place]!));
    }
    const positions = numbers(weights['positions']);
    x = x.map((line, channel) =>
      line.map((value, place) => (value + positions[channel * line.length + place]!) * mask[place]!),
    );
    for (const layer of range(depth)) {
      const seen = convolved(x, weights, `layer${layer}`, 1, 2 ** layer);
      x = x.map((line, channel) =>
        line.map((value, place) => (value + Math.max(0, seen[channel]![place]!)) * mask[place]!),
      );
    }
    return mask.map((real, place) => ({
      token: projected(standardized(x.map((line) => line[place]!)), weights),
      real,
    }));
  });
}

function convolved(x: number[][], weights: Tensors, layer: string, stride: number, dilation: number): number[][] {
  const [weight, bias] = ['weight', 'bias'].map((name) => numbers(weights[`${layer}/${name}`])) as [number[], number[]];
  const places = Math.ceil(x[0]!.length / stride);
  return bias.map((own, output) =>
    range(places).map((place) =>
      range(x.length * 5).reduce((sum, index) => {
        const [channel, tap] = [Math.floor(index / 5), index % 5];
        const value = x[channel]![place * stride + (tap - 2) * dilation] ?? 0;
        return sum + value * weight[output * x.length * 5 + index]!;
      }, own),
    ),
  );
}

function standardized(values: readonly number[]): number[] {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return values.map((value) => (value - mean) / Math.sqrt(variance + 1e-5));
}

function projected(values: readonly number[], weights: Tensors): number[] {
  const [weight, bias] = [numbers(weights['project/weight']), numbers(weights['project/bias'])];
  return bias.map((own, column) =>
    values.reduce((sum, value, row) => sum + value * weight[row * bias.length + column]!, own),
  );
}

describe('the features', () => {
  it.each<[string, Given, [number, number][]]>([
    ['a short window, as it is', { seconds: 9, longest: 9, depth: 1 }, [[0, 9]]],
    ['an odd length, halved twice', { seconds: 77, longest: 77, depth: 3 }, [[0, 50]]],
    ['a series that begins later than its window', { seconds: 77, longest: 77, depth: 0 }, [[35, 1]]],
    [
      'several windows',
      { seconds: 40, longest: 200, windows: 3, depth: 2 },
      [
        [0, 40],
        [0, 40],
        [0, 0],
      ],
    ],
  ])('of %s are the formula', async (_, given, parts) => {
    const { features, parameters, shape } = build(given);
    const weights = someWeights(parameters);
    const fed = windows(shape, parts);
    const { tokens, mask, pooled } = features;
    const found = await runGraph({ tokens, mask, pooled }, fed, weights);
    const expected = reference(fed, weights, given.depth!);
    expect(numbers(found['mask'])).toEqual(expected.map(({ real }) => real));
    expectAllClose(
      numbers(found['tokens']),
      expected.flatMap(({ token }) => token),
    );
    const real = expected.filter((place) => place.real === 1);
    expectAllClose(
      numbers(found['pooled']),
      range(5).map((column) => real.reduce((sum, { token }) => sum + token[column]!, 0) / real.length),
    );
  });

  it('do not read what is not valid', async () => {
    const { features, parameters, shape } = build({ seconds: 70, longest: 70 });
    const fed = windows(shape, [[0, 41]]);
    const values = Float32Array.from(fed['values']!.data, Number).map((value, index) =>
      index % 70 < 41 ? value : 1e3,
    );
    const { tokens, mask, pooled } = features;
    const run = (own: Tensors) => runGraph({ tokens, mask, pooled }, own, someWeights(parameters));
    const [one, other] = [await run(fed), await run({ ...fed, values: { ...fed['values']!, data: values } })];
    expect(numbers(one['tokens'])).toEqual(numbers(other['tokens']));
    expect(numbers(one['pooled'])).toEqual(numbers(other['pooled']));
  });

  it('say how the places of several windows lie', () => {
    expect(build({ seconds: 40, longest: 200, windows: 3 }).features.grid).toEqual([3, 20]);
    expect(build({ seconds: 40, longest: 200 }).features.grid).toBeUndefined();
  });

  it('have at most 32 places a window', () => {
    for (const rows of [1, 2, 31, 32, 33, 64, 65, 500, 8192]) {
      const [, places] = build({ seconds: rows, longest: rows }).features.tokens.shape;
      expect(places).toBeLessThanOrEqual(32);
      if (rows >= 32) expect(places).toBeGreaterThan(16);
      else expect(places).toBe(rows);
    }
  });
});
