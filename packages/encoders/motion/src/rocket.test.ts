import type { Tensor } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { createScope, input } from '@sensorium/graph';
import type { Motion } from '@sensorium/modality-motion';
import { expectAllClose, runGraph, someWeights } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { motion } from './index.js';
import { channelsRead, dilationsOf, kernels, quantileOf, reachesOut } from './rocket-kernels.js';

const numbers = (tensor: Tensor | undefined): number[] => Array.from(tensor!.data, Number);
const random = createRandom(3, 'series');
/** A walk of one channel, or of several. */
const walk = (rows: number, channels = ['x']): Motion => {
  const place = channels.map(() => 0);
  return {
    channels,
    time: 1,
    values: Float32Array.from(
      { length: rows * channels.length },
      (_, at) => (place[at % channels.length]! += random.normal()),
    ),
  };
};
const learn = (given: z.input<typeof motion.options>, series: readonly Motion[]) => {
  async function* table(): AsyncGenerator<Motion> {
    yield* series;
  }
  return motion.learn!(motion.options.parse({ network: 'rocket', dim: 5, ...given }), table(), new Map());
};

describe('the kernels', () => {
  it('are all that have two thirds of their taps at −1 and one at 2', () => {
    expect(kernels).toHaveLength(84);
    expect(new Set(kernels.map(String)).size).toBe(84);
    for (const heavy of kernels) expect(heavy).toEqual([...new Set(heavy)].sort((a, b) => a - b));
  });

  it('have the dilations and numbers of biases of the published code', () => {
    // For 10,000 features: 119 of each kernel; 2^(k·log2(99/8)/31) rounded down, k = 0 … 31, 119/32 biases each.
    const found = dilationsOf(100, 10_000);
    expect(found.map(({ dilation }) => dilation)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(found.reduce((sum, { biases }) => sum + biases, 0)).toBe(119);
    const published = Array.from({ length: 32 }, (_, k) => Math.floor((99 / 8) ** (k / 31) + 1e-9));
    for (const { dilation, biases } of found) {
      const share = published.filter((own) => own === dilation).length / 32;
      expect(Math.abs(biases - share * 119)).toBeLessThan(1);
    }
    expect(dilationsOf(5, 84)).toEqual([{ dilation: 1, biases: 1 }]);
  });

  it('read one channel, or several, and of many every one is read', () => {
    const read = [0, 1, 2, 3].flatMap((index) => kernels.map((_, kernel) => channelsRead(12, kernel, index)));
    for (const own of read) expect(own).toEqual([...new Set(own)].sort((a, b) => a - b));
    expect(new Set(read.flat())).toEqual(new Set(Array.from({ length: 12 }, (_, channel) => channel)));
    const counts = read.map(({ length }) => length);
    expect(Math.min(...counts)).toBe(1);
    expect(Math.max(...counts)).toBeLessThanOrEqual(9);
    expect(counts.filter((count) => count === 1).length / counts.length).toBeCloseTo(Math.log(2) / Math.log(10), 1);
  });
});

describe('the features', () => {
  it.each([
    ['one channel', ['x'], 40],
    ['several channels, of a series that is shorter than its window', ['x', 'y', 'z'], 33],
  ])('are shares of rows above the biases: %s', async (_, names, rows) => {
    const learned = await learn({ features: 400 }, [walk(40, names), walk(40, names), walk(36, names)]);
    const encoder = motion.create(learned, new Map());
    const scope = createScope();
    const { values, valid } = encoder.view?.fed ?? encoder.kept;
    const x = {
      values: input('values', 'float32', ['batch', ...values!.shape]),
      valid: input('valid', 'uint8', ['batch', ...valid!.shape]),
    };
    const { tokens, pooled } = encoder.build(scope, x, input('present', 'float32', ['batch', 1]));
    const weights = someWeights(scope.parameters);
    const series = walk(rows, names);
    const present = { dtype: 'float32', shape: [1, 1], data: Float32Array.of(1) } as const;
    const found = await runGraph({ tokens, pooled }, { ...encoder.prepare(series), present }, weights);
    const shares = sharesOf(series, learned.mean!, learned.deviation!, learned.biases!, 400);
    const standard = shares.map((share, feature) => {
      const q = quantileOf(feature);
      return ((share - (1 - q)) / Math.sqrt(q * (1 - q))) * Math.sqrt(5 / shares.length);
    });
    const expected = numbers(weights['project/bias']).map((bias, column) =>
      standard.reduce(
        (sum, value, feature) => sum + value * numbers(weights['project/weight'])[feature * 5 + column]!,
        bias,
      ),
    );
    expectAllClose(numbers(found['tokens']), expected);
    expectAllClose(numbers(found['pooled']), expected);
  });

  it('are spread by their biases: on average as many rows are above as their quantile says', async () => {
    const series = Array.from({ length: 32 }, () => walk(60));
    const { mean, deviation, biases } = await learn({ features: 1000 }, series);
    const all = series.map((own) => sharesOf(own, mean!, deviation!, biases!, 1000));
    const errors = biases!.map((_, feature) => {
      const share = all.reduce((sum, shares) => sum + shares[feature]! / all.length, 0);
      return Math.abs(share - (1 - quantileOf(feature)));
    });
    expect(Math.max(...errors)).toBeLessThan(0.03);
  });

  it('belong to the length of a window', async () => {
    const learned = await learn({ features: 400 }, [walk(40)]);
    expect(() => motion.create({ ...learned, features: 900 }, new Map())).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_MANIFEST_INVALID',
        message: '336 biases; windows of 40 rows have 840 features',
      }),
    );
  });
});

/** In plain arithmetic, over rows of one second. */
function sharesOf(
  { channels, values }: Motion,
  mean: readonly number[],
  deviation: readonly number[],
  biases: readonly number[],
  features: number,
): number[] {
  const width = channels.length;
  const rows = values.length / width;
  const at = (row: number, channel: number): number =>
    row < 0 || row >= rows ? 0 : (values[row * width + channel]! - mean[channel]!) / deviation[channel]!;
  const shares: number[] = [];
  for (const [index, { dilation, biases: count }] of dilationsOf(40 > rows ? 40 : rows, features).entries()) {
    for (const [kernel, heavy] of kernels.entries()) {
      const all = Array.from({ length: rows }, (_, row) => row);
      const counted = reachesOut(kernel, index)
        ? all
        : all.filter((row) => row - 4 * dilation >= 0 && row + 4 * dilation < rows);
      const seen = counted.map((row) =>
        channelsRead(width, kernel, index).reduce((sum, channel) => {
          for (let tap = 0; tap < 9; tap++)
            sum += (heavy.includes(tap) ? 2 : -1) * at(row + (tap - 4) * dilation, channel);
          return sum;
        }, 0),
      );
      for (let bias = 0; bias < count; bias++) {
        const level = biases[shares.length]!;
        shares.push(seen.filter((value) => value > level).length / Math.max(1, seen.length));
      }
    }
  }
  return shares;
}
