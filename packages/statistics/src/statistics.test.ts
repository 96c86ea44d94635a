import { readFile } from 'node:fs/promises';
import { runInNewContext } from 'node:vm';
import { createRandom } from '@sensorium/data';
import { describe, expect, it } from 'vitest';
import { estimates, share } from './index.js';

describe('a share', () => {
  it.each([
    // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i has the interval that Newcombe gives', (hits, samples, low, high) => {
    const { value, interval } = share(hits, samples);
    expect(value).toBe(hits / samples);
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
    expect(interval?.level).toBe(0.95);
  });

  it('of all or none lies within its interval', () => {
    for (let samples = 1; samples < 200; samples++) {
      expect(share(samples, samples).interval?.high).toBe(1);
      expect(share(0, samples).interval?.low).toBe(0);
    }
  });

  it.each([
    [1, 0],
    [3, 2],
    [-1, 2],
    [NaN, 2],
  ])('of %d in %d is none', (hits, samples) => {
    expect(() => share(hits, samples)).toThrow(RangeError);
  });
});

/** Mean and, as the square root of a mean, something that is no mean. */
function moments() {
  let [sum, squares, count] = [0, 0, 0];
  return {
    add(value: number) {
      sum += value;
      squares += value ** 2;
      count++;
    },
    values: () => ({ mean: sum / count, root: Math.sqrt(squares / count) }),
  };
}

function estimated(values: readonly number[]) {
  const meter = estimates(moments);
  for (const value of values) meter.add(value);
  const { mean, root } = meter.result();
  if (!mean || !root) throw new Error('a value is missing');
  return { mean, root };
}

const normals = (seed: number, count: number): number[] => {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => 3 + 2 * random.normal());
};

describe('estimates', () => {
  it('are the values of the tally, each within its interval', () => {
    const { mean, root } = estimated([1, 2, 6]);
    expect(mean.value).toBe(3);
    expect(root.value).toBeCloseTo(Math.sqrt(41 / 3), 12);
    for (const { value, interval } of [mean, root]) {
      expect(interval?.low).toBeLessThanOrEqual(value);
      expect(interval?.high).toBeGreaterThanOrEqual(value);
    }
  });

  it('have about the interval of the normal distribution where a mean is taken', () => {
    const values = normals(1, 400);
    const { value, interval } = estimated(values).mean;
    const deviation = Math.sqrt(values.reduce((sum, one) => sum + (one - value) ** 2, 0) / values.length);
    const reach = (1.96 * deviation) / Math.sqrt(values.length);
    expect(interval?.low).toBeCloseTo(value - reach, 1);
    expect(interval?.high).toBeCloseTo(value + reach, 1);
  });

  it('have intervals that hold the truth about as often as they say', () => {
    const sets = 200;
    const held = { mean: 0, root: 0 };
    for (let set = 0; set < sets; set++) {
      const { mean, root } = estimated(normals(set, 40));
      if (mean.interval && mean.interval.low <= 3 && mean.interval.high >= 3) held.mean++;
      // The root of the mean square of N(3, 2²) is √13.
      if (root.interval && root.interval.low <= Math.sqrt(13) && root.interval.high >= Math.sqrt(13)) held.root++;
    }
    for (const count of Object.values(held)) {
      expect(count / sets).toBeGreaterThan(0.88);
      expect(count / sets).toBeLessThan(0.99);
    }
  });

  it('are the same for the same samples, and asked again', () => {
    const values = normals(2, 50);
    expect(estimated(values)).toEqual(estimated(values));
    const meter = estimates(moments);
    for (const value of values) meter.add(value);
    expect(meter.result()).toEqual(meter.result());
  });

  it.each([1, 5_001])('of %i samples have no interval', (count) => {
    const { mean } = estimated(Array.from({ length: count }, () => 1));
    expect(mean).toEqual({ value: 1 });
  });

  it('have none where nobody asks for them', () => {
    const meter = estimates(moments);
    for (const value of normals(3, 20)) meter.add(value);
    const { mean } = meter.result({ intervals: false });
    expect(mean).toEqual({ value: meter.result()['mean']?.value });
  });

  it('that no sample has are left without interval', () => {
    const meter = estimates(() => ({ add: () => undefined, values: () => ({ nothing: NaN }) }));
    for (let sample = 0; sample < 5; sample++) meter.add(sample);
    expect(meter.result()).toEqual({ nothing: { value: NaN } });
  });
});

it('the example of the README prints what it says', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const [, code = ''] = /```ts\nimport [^\n]*\n(.*?)```/s.exec(readme) ?? [];
  const printed: unknown[] = [];
  runInNewContext(code, { estimates, share, console: { log: (line: unknown) => printed.push(line) } });
  expect(printed).toEqual(Array.from(code.matchAll(/console\.log.*\/\/ (.*)/g), ([, said]) => said));
  expect(printed).toHaveLength(2);
});
