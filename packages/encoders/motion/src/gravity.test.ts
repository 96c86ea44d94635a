import type { Motion } from '@sensorium/modality-motion';
import { describe, expect, it } from 'vitest';
import { motion } from './index.js';

const RATE = 50;
const rows = 500;
const seconds = Array.from({ length: rows }, (_, row) => row / RATE);
/** A body that shakes at 5 Hz along x while gravity pulls along z. */
const shaken = (time: number | Float64Array): Motion => ({
  channels: ['accX', 'accY', 'accZ', 'gyroX'],
  values: Float32Array.from(seconds.flatMap((second) => [3 * Math.sin(2 * Math.PI * 5 * second), 0, 9.81, 1])),
  time,
});
const create = (gravity: 'keep' | 'remove', names = ['accX', 'accY', 'accZ', 'gyroX']) =>
  motion.create(
    motion.options.parse({
      names,
      gravity,
      rate: RATE,
      seconds: 10,
      longest: 10,
      mean: names.map(() => 0),
      deviation: names.map(() => 1),
    }),
    new Map(),
  );
const line = (series: Motion, gravity: 'keep' | 'remove', channel: number): number[] =>
  Array.from(create(gravity).prepare(series)['values']!.data, Number).slice(channel * rows, (channel + 1) * rows);

describe('gravity', () => {
  it('is kept unless it is to go', () => {
    expect(line(shaken(RATE), 'keep', 2)[7]).toBeCloseTo(9.81, 5);
  });

  it.each([
    ['a rate', RATE],
    ['times of rows', Float64Array.from(seconds)],
  ])('goes from accelerations alone, movements stay: with %s', (_, time) => {
    for (const value of line(shaken(time), 'remove', 2)) expect(Math.abs(value)).toBeLessThan(1e-5);
    const moved = line(shaken(time), 'remove', 0);
    // A first-order high-pass of 0.3 Hz lets 5 Hz through with 1/√(1 + (0.3/5)²) of its height.
    const power = moved.slice(100).reduce((sum, value) => sum + value ** 2, 0) / (rows - 100);
    expect(Math.sqrt(2 * power)).toBeCloseTo(3 / Math.hypot(1, 0.3 / 5), 0);
    expect(Math.sqrt(2 * power)).toBeGreaterThan(2.9);
    expect(line(shaken(time), 'remove', 3).every((value) => value === 1)).toBe(true);
  });

  it('follows the formula that Android documents', () => {
    const given = shaken(RATE);
    const alpha = 1 / (2 * Math.PI * 0.3) / (1 / (2 * Math.PI * 0.3) + 1 / RATE);
    let gravity = 0;
    const expected = seconds.map((_, row) => {
      const value = given.values[row * 4]!;
      gravity = row === 0 ? value : alpha * gravity + (1 - alpha) * value;
      return value - gravity;
    });
    for (const [row, value] of line(given, 'remove', 0).entries()) expect(value).toBeCloseTo(expected[row]!, 4);
  });

  it('is not in the moments that are learned', async () => {
    async function* table(): AsyncGenerator<Motion> {
      yield shaken(RATE);
    }
    const learned = await motion.learn!(motion.options.parse({ gravity: 'remove' }), table(), new Map());
    expect(learned.mean![2]).toBeCloseTo(0, 5);
    expect(learned.mean![3]).toBe(1);
  });

  it('of a series without an accelerometer cannot go', () => {
    const series: Motion = { channels: ['x', 'y', 'z'], values: Float32Array.of(1, 2, 3) };
    expect(() => create('remove', ['x', 'y', 'z']).prepare(series)).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_MANIFEST_INVALID',
        message: 'no channels are the axes of an accelerometer: x, y, z',
      }),
    );
  });
});
