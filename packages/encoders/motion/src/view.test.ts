import type { Encoder, SampleRandom, Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import type { Motion } from '@sensorium/modality-motion';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { motion } from './index.js';

type Given = z.input<typeof motion.options>;

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

function create(given: Given): Encoder<Motion> {
  const known = { names: ['x'], rate: 1, seconds: 6, longest: 20, ...given };
  const ones = known.names.map(() => 1);
  return motion.create(motion.options.parse({ mean: ones, deviation: ones, ...known }), new Map());
}

const randomOf = (seed: number): SampleRandom => ({ own: createRandom(seed, 'own'), row: createRandom(seed, 'row') });

/** A series of so many rows, 1, 2, 3 …, in each channel. */
const counting = (rows: number, channels = ['x']): Motion => ({
  channels,
  values: Float32Array.from({ length: rows * channels.length }, (_, index) => 1 + Math.floor(index / channels.length)),
});

/** The windows that are drawn of a series: each the rows of its first channel; what is not valid must be 0. */
function draw(encoder: Encoder<Motion>, value: Motion, random: SampleRandom | null): number[][] {
  const kept = encoder.prepare(value);
  const before = structuredClone(kept);
  const drawn = encoder.view!.draw(kept, random);
  expect(kept).toEqual(before);
  return windowsOf(drawn).map(({ values, valid }) => {
    expect(values[0]!.filter((_, row) => !valid[row]).every((own) => own === 0)).toBe(true);
    return values[0]!;
  });
}

function windowsOf({ values, valid }: Tensors): { values: number[][]; valid: number[] }[] {
  const [, count = 0, channels = 0, rows = 0] = values!.shape;
  const numbers = Array.from(values!.data, Number);
  return range(count).map((window) => ({
    values: range(channels).map((channel) => {
      const start = (window * channels + channel) * rows;
      return numbers.slice(start, start + rows);
    }),
    valid: Array.from(valid!.data, Number).slice(window * rows, (window + 1) * rows),
  }));
}

describe('outside training', () => {
  it('one window is the middle of a series', () => {
    expect(draw(create({}), counting(12), null)).toEqual([[4, 5, 6, 7, 8, 9]]);
    expect(draw(create({}), counting(6), null)).toEqual([[1, 2, 3, 4, 5, 6]]);
    expect(draw(create({}), counting(4), null)).toEqual([[1, 2, 3, 4, 0, 0]]);
  });

  it('several reach from its beginning to its end, and there are no more than it needs', () => {
    const encoder = create({ windows: 3 });
    const none = [0, 0, 0, 0, 0, 0];
    expect(draw(encoder, counting(20), null)).toEqual([
      [1, 2, 3, 4, 5, 6],
      [8, 9, 10, 11, 12, 13],
      [15, 16, 17, 18, 19, 20],
    ]);
    expect(draw(encoder, counting(8), null)).toEqual([[1, 2, 3, 4, 5, 6], [3, 4, 5, 6, 7, 8], none]);
    expect(draw(encoder, counting(3), null)).toEqual([[1, 2, 3, 0, 0, 0], none, none]);
  });

  it('there are not more than the longest series needs', () => {
    expect(create({ windows: 9 }).view!.fed['values']!.shape).toEqual([4, 1, 6]);
  });

  it('nothing changes where a window takes all, and then there is no view', () => {
    expect(create({ seconds: 20 }).view).toBeUndefined();
    expect(create({ seconds: 50 }).kept['values']!.shape).toEqual([1, 1, 20]);
    expect(create({ seconds: 20, augment: { noise: 0.1 } }).view).toBeDefined();
  });
});

describe('in training', () => {
  it('a window is any part of a series', () => {
    const encoder = create({});
    const starts = range(200).map((seed) => {
      const [first, ...rest] = draw(encoder, counting(12), randomOf(seed))[0] as [number, ...number[]];
      expect(rest).toEqual([1, 2, 3, 4, 5].map((offset) => first + offset));
      return first;
    });
    expect(new Set(starts)).toEqual(new Set([1, 2, 3, 4, 5, 6, 7]));
    expect(draw(encoder, counting(4), randomOf(1))).toEqual([[1, 2, 3, 4, 0, 0]]);
  });

  it('a series is shifted by up to its share, and what leaves the window is lost', () => {
    const encoder = create({ augment: { shift: 0.5 } });
    const drawn = range(200).map((seed) => draw(encoder, counting(4), randomOf(seed))[0]!.join());
    expect(new Set(drawn)).toEqual(
      new Set(['3,4,0,0,0,0', '2,3,4,0,0,0', '1,2,3,4,0,0', '0,1,2,3,4,0', '0,0,1,2,3,4']),
    );
    const long = range(200).map((seed) => draw(encoder, counting(7), randomOf(seed))[0]!.join());
    expect(long).toContain('0,0,0,1,2,3');
    expect(long).toContain('5,6,7,0,0,0');
  });

  it('all values are scaled by one factor', () => {
    const encoder = create({ names: ['x', 'y'], augment: { scale: 0.3 } });
    const factors = range(300).map((seed) => {
      const [window] = windowsOf(encoder.view!.draw(encoder.prepare(counting(6, ['x', 'y'])), randomOf(seed)));
      const factor = window!.values[0]![0]!;
      for (const line of window!.values) line.forEach((value, row) => expect(value).toBeCloseTo(factor * (row + 1), 4));
      return factor;
    });
    expect(Math.min(...factors)).toBeGreaterThanOrEqual(0.7);
    expect(Math.min(...factors)).toBeLessThan(0.75);
    expect(Math.max(...factors)).toBeLessThanOrEqual(1.3);
    expect(Math.max(...factors)).toBeGreaterThan(1.25);
  });

  it('noise is as strong as the share of the channel’s deviation', () => {
    const encoder = create({ names: ['x', 'y'], deviation: [1, 10], augment: { noise: 0.5 } });
    const errors: [number[], number[]] = [[], []];
    for (const seed of range(300)) {
      const [window] = windowsOf(encoder.view!.draw(encoder.prepare(counting(6, ['x', 'y'])), randomOf(seed)));
      for (const [channel, own] of errors.entries()) {
        own.push(...window!.values[channel]!.map((value, row) => value - (row + 1)));
      }
    }
    for (const [channel, expected] of [0.5, 5].entries()) {
      const own = errors[channel]!;
      const mean = own.reduce((a, b) => a + b, 0) / own.length;
      const deviation = Math.sqrt(own.reduce((sum, error) => sum + error ** 2, 0) / own.length);
      expect(Math.abs(mean)).toBeLessThan(0.1 * expected);
      expect(Math.abs(deviation / expected - 1)).toBeLessThan(0.1);
    }
  });

  const names = ['gyro_y', 'accX', 'time_zone', 'accZ', 'accY', 'gyro_x'];
  const vectors: Motion = {
    channels: names,
    values: Float32Array.from({ length: 6 * 6 }, (_, index) => Math.sin(index * 1.3)),
  };
  const turned = (rotate: number, seed: number): number[][] => {
    const encoder = create({ names, augment: { rotate } });
    return windowsOf(encoder.view!.draw(encoder.prepare(vectors), randomOf(seed)))[0]!.values;
  };
  const lineOf = (channel: string): number[] =>
    range(6).map((row) => vectors.values[row * 6 + names.indexOf(channel)]!);
  const dot = (a: readonly (readonly number[])[], b: readonly (readonly number[])[], row: number): number =>
    a.reduce((sum, line, axis) => sum + line[row]! * b[axis]![row]!, 0);

  it('axes are turned together: lengths stay, and so does what is no axis', () => {
    const before = [lineOf('accX'), lineOf('accY'), lineOf('accZ')];
    const planeBefore = [lineOf('gyro_x'), lineOf('gyro_y')];
    const angles = range(100).map((seed) => {
      const values = turned(30, seed);
      expect(values[2]).toEqual(lineOf('time_zone'));
      const after = [values[1]!, values[4]!, values[3]!];
      const planeAfter = [values[5]!, values[0]!];
      for (const row of range(6)) {
        expect(dot(after, after, row)).toBeCloseTo(dot(before, before, row), 4);
        expect(dot(planeAfter, planeAfter, row)).toBeCloseTo(dot(planeBefore, planeBefore, row), 4);
        // Angles between vectors stay as well.
        const [a, b] = [after.map((line) => line[0]!), after.map((line) => line[row]!)];
        const [c, d] = [before.map((line) => line[0]!), before.map((line) => line[row]!)];
        const product = (p: number[], q: number[]) => p.reduce((sum, value, axis) => sum + value * q[axis]!, 0);
        expect(product(a, b)).toBeCloseTo(product(c, d), 4);
      }
      const [x, y] = planeBefore.map((line) => line[0]!) as [number, number];
      const [u, v] = planeAfter.map((line) => line[0]!) as [number, number];
      return (Math.atan2(x * v - y * u, x * u + y * v) * 180) / Math.PI;
    });
    expect(Math.min(...angles)).toBeGreaterThanOrEqual(-30.01);
    expect(Math.max(...angles)).toBeLessThanOrEqual(30.01);
    expect(Math.min(...angles)).toBeLessThan(-25);
    expect(Math.max(...angles)).toBeGreaterThan(25);
  });

  it('the turn is a rotation and never a mirror image', () => {
    const axes = { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] };
    const frame: Motion = { channels: ['x', 'y', 'z'], values: Float32Array.from([...axes.x, ...axes.y, ...axes.z]) };
    const encoder = create({ names: ['x', 'y', 'z'], augment: { rotate: 180 } });
    for (const seed of range(50)) {
      const [[a, b, c]] = windowsOf(encoder.view!.draw(encoder.prepare(frame), randomOf(seed))).map(
        ({ values }) => values as [number[], number[], number[]],
      ) as [[number[], number[], number[]]];
      const determinant = [0, 1, 2].reduce((sum, row) => {
        const [next, last] = [(row + 1) % 3, (row + 2) % 3];
        return sum + a[row]! * (b[next]! * c[last]! - b[last]! * c[next]!);
      }, 0);
      expect(determinant).toBeCloseTo(1, 4);
    }
  });
});
