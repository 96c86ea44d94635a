import type { Encoder, Tensors } from '@sensorium/contracts';
import type { Motion } from '@sensorium/modality-motion';
import { expectAllClose } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { motion } from './index.js';

type Given = z.input<typeof motion.options>;

const noFiles = new Map<string, Uint8Array>();
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
/** Of the channel x, unless other names are given. */
const series = (values: readonly number[], time?: number | readonly number[], channels = ['x']): Motion => ({
  channels,
  values: Float32Array.from(values),
  ...(time !== undefined && { time: typeof time === 'number' ? time : Float64Array.from(time) }),
});
const create = (given: Given): Encoder<Motion> => {
  const known = { names: ['x'], rate: 10, seconds: 2, longest: 2, ...given };
  const ones = known.names.map(() => 1);
  return motion.create(motion.options.parse({ mean: ones, deviation: ones, ...known }), noFiles);
};
/** The rows of the first channel, without what is not valid. */
function rowsOf({ values, valid }: Tensors): number[] {
  const count = Array.from(valid!.data, Number).reduce((a, b) => a + b, 0);
  return Array.from(values!.data, Number).slice(0, count);
}

describe('a series', () => {
  it('of the rate that is wanted, or of one that nobody knows, stays as it is', () => {
    const { values, valid } = create({ longest: 0.5 }).prepare(series([5, -3, 8], 10));
    expect(values).toEqual({ dtype: 'float32', shape: [1, 1, 1, 5], data: Float32Array.of(5, -3, 8, 0, 0) });
    expect(valid).toEqual({ dtype: 'uint8', shape: [1, 1, 5], data: Uint8Array.of(1, 1, 1, 0, 0) });
    expect(rowsOf(create({}).prepare(series([5, -3, 8])))).toEqual([5, -3, 8]);
    expect(rowsOf(create({}).prepare(series([5, -3, 8], [3, 3.1, 3.2])))).toEqual([5, -3, 8]);
    expect(rowsOf(create({}).prepare(series([5, -3], [7, 7])))).toEqual([5, -3]);
    expect(rowsOf(create({}).prepare(series([4], 50)))).toEqual([4]);
  });

  it('gives its channels by their names, each in a line', () => {
    const given = series([1, 2, 3, 4, 5, 6], 10, ['z', 'y', 'x']);
    const { values } = create({ names: ['x', 'y'], longest: 0.2 }).prepare(given);
    expect(values).toEqual({ dtype: 'float32', shape: [1, 1, 2, 2], data: Float32Array.of(3, 6, 2, 5) });
  });

  it('without a channel is refused', () => {
    expect(() => create({ names: ['x', 'y'] }).prepare(series([1], 10))).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_BAD_MEDIA',
        message: 'a series has the channels x; the encoder reads x, y',
      }),
    );
  });

  it('of fewer rows is interpolated', () => {
    const ramp = series([0, 4, 8, 6], 5);
    expect(rowsOf(create({}).prepare(ramp))).toEqual([0, 2, 4, 6, 8, 7, 6]);
  });

  it.each([2, 3, 5])('of %i times as many rows is smoothed by a triangle', (factor) => {
    const values = range(4 * factor + 1).map((index) => Math.sin(index * index));
    const expected = range(5).map((row) => {
      let [sum, total] = [0, 0];
      for (const [index, value] of values.entries()) {
        const weight = Math.max(0, 1 - Math.abs(index - row * factor) / factor);
        sum += weight * value;
        total += weight;
      }
      return sum / total;
    });
    expectAllClose(rowsOf(create({}).prepare(series(values, 10 * factor))), expected);
    // What is faster than the new rate can tell is gone: it does not come back as something slow.
    const fast = range(20 * factor + 1).map((index) => Math.sin((index * 2 * Math.PI * 0.9) / factor + 0.3));
    for (const value of rowsOf(create({ longest: 9 }).prepare(series(fast, 10 * factor))).slice(1, -1)) {
      expect(Math.abs(value)).toBeLessThan(0.2);
    }
  });

  it('of rows at odd times is read where it would have been', () => {
    const times = range(200).map((row) => row * 0.03 + 0.02 * Math.sin(row * 2.5));
    const line = create({ longest: 10 }).prepare(
      series(
        times.map((time) => 3 * time - 1),
        times.map((time) => time + 1e9),
      ),
    );
    // The mean of a straight line over a symmetric window is its middle, but for the first and the last row.
    rowsOf(line)
      .slice(1, -1)
      .forEach((value, row) => expect(value).toBeCloseTo(3 * (row + 1) * 0.1 - 1, 4));
    expect(rowsOf(line)).toHaveLength(60);
  });

  it('that is too long gives its middle', () => {
    const encoder = create({ longest: 0.4 });
    expect(rowsOf(encoder.prepare(series(range(10), 10)))).toEqual([3, 4, 5, 6]);
    expect(rowsOf(encoder.prepare(series(range(20), 20)))[0]).toBeCloseTo(6);
  });

  it('of an absurd length costs nothing', () => {
    const { valid } = create({}).prepare(series([1, 2, 3], [0, 1, 1e15]));
    expect(valid!.shape).toEqual([1, 1, 20]);
    expect(rowsOf(create({ rate: 1e-3, longest: 1e6 }).prepare(series(range(1e5), 1e3)))).toHaveLength(1);
  });
});

describe('notes say', () => {
  it.each<[Given, Motion, string[]]>([
    [{}, series([1, 2], 10), []],
    [{}, series([1, 2], 10.05), []],
    [{}, series([1, 2], 52.13), ['resampled from 52.1 to 10 rows a second']],
    [{}, series([1, 2]), ['without times: read as 10 rows a second']],
    [{ rate: 1, seconds: 20, longest: 20 }, series([1, 2]), []],
    [{ longest: 0.3 }, series(range(12), 10), ['cut to the 3 rows in its middle, of 12']],
    [{}, series([1, 2, 3], 10, ['x', 'y', 'z']), ['channels that are not read: y, z']],
  ])('with %j', (given, value, expected) => {
    expect(create(given).notes?.(value)).toEqual(expected);
  });
});

describe('what is learned', () => {
  async function* table(all: readonly Motion[]): AsyncGenerator<Motion> {
    yield* all;
  }
  const learn = (given: Given, ...all: Motion[]) => motion.learn!(motion.options.parse(given), table(all), noFiles);
  const zeros = (rows: number, rate: number): Motion => series(Array<number>(rows).fill(0), rate);

  it('is the usual rate, the length of nearly all windows, and the longest', async () => {
    const all = [...range(9).map((index) => zeros(100 + index, 50)), zeros(901, 100)];
    expect(await learn({}, ...all)).toMatchObject({ rate: 50, seconds: 108 / 50, longest: 451 / 50 });
    expect(await learn({ rate: 25 }, ...all)).toMatchObject({ rate: 25, seconds: 54 / 25, longest: 226 / 25 });
    expect(await learn({}, zeros(100_000, 50))).toMatchObject({ seconds: 512 / 50, longest: 8192 / 50 });
  });

  it('counts in rows where nobody knows the time', async () => {
    expect(await learn({}, series(range(40)), series(range(20)))).toMatchObject({ rate: 1, seconds: 40, longest: 40 });
  });

  it('is the mean and the deviation of each channel, over all rows', async () => {
    const [one, two] = [range(30).map((index) => Math.sin(index) * 1e3 + 1e6), [5, 7, 7, 7, 5, 7]];
    const all = [series(one, 10, ['left', 'right']), series(two, 10, ['right', 'left'])];
    const values = all.map(({ values }) => Array.from(values));
    const columns = [0, 1].map((channel) => [
      ...values[0]!.filter((_, index) => index % 2 === channel),
      ...values[1]!.filter((_, index) => index % 2 !== channel),
    ]);
    const { names, mean, deviation } = await learn({}, ...all);
    expect(names).toEqual(['left', 'right']);
    const means = columns.map((column) => column.reduce((a, b) => a + b, 0) / column.length);
    expectAllClose(mean!, means);
    expectAllClose(
      deviation!,
      columns.map((column, channel) =>
        Math.sqrt(column.reduce((sum, value) => sum + (value - means[channel]!) ** 2, 0) / column.length),
      ),
    );
  });

  it('is one deviation for all axes of a vector, also where one of them rests', async () => {
    const rows = [1, 6, 3, 5, -1, -6, 3, 5, 1, -6, 3, 9, -1, 6, 3, 9];
    const { deviation } = await learn({}, series(rows, 10, ['accX', 'accY', 'accZ', 'heat']));
    const shared = Math.sqrt((1 ** 2 + 6 ** 2 + 0) / 3);
    expectAllClose(deviation!, [shared, shared, shared, 2]);
    const still = series([4, 7, 4, 7], 10, ['accX', 'accY']);
    expect(await learn({}, still)).toMatchObject({ deviation: [1, 1] });
  });

  it('divides by nothing where a channel never changes', async () => {
    expect(await learn({}, series([4, 4, 4], 10))).toMatchObject({ mean: [4], deviation: [1] });
  });

  it('stays as it is given, and leaves out series without its channels', async () => {
    const given = { names: ['x'], rate: 5, seconds: 1, longest: 2, mean: [3], deviation: [4] };
    expect(await learn(given, series([1, 2], 50))).toMatchObject(given);
    const other = series([1e9], 10, ['q']);
    expect(await learn({}, series([1, 3], 10), other)).toMatchObject({ names: ['x'], mean: [2] });
  });

  it('is nothing without series, and then there is no encoder', async () => {
    const nothing = await learn({});
    expect(nothing).toEqual(motion.options.parse({}));
    expect(() => motion.create(nothing, noFiles)).toThrow(
      expect.objectContaining({ code: 'SENSORIUM_MANIFEST_INVALID' }),
    );
    expect(() => create({ names: ['x', 'y'], mean: [1], deviation: [1, 1] })).toThrow(
      expect.objectContaining({ message: '2 names, 1 means and 2 deviations; expected as many of each' }),
    );
  });
});

it('people are told how series are read, and of those that are cut', async () => {
  async function* table() {
    for (const rows of [15, 40]) yield { value: series(range(rows), 10), rows: 1, trained: 1 };
  }
  const { facts, warnings } = await create({ seconds: 1, windows: 2 }).survey!(table());
  expect(facts).toEqual(['1 channel: x', '15 to 40 rows', 'read in 2 windows of 1 s, at 10 rows a second']);
  expect(warnings.map(({ code }) => code)).toEqual(['series-cut']);
});
