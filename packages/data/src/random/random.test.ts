import { describe, expect, it } from 'vitest';
import { createRandom, permutation } from '../index.js';
import { fillWords, fnv1a64, splitMix64 } from './xoshiro.js';

const draw = <T>(count: number, next: () => T): T[] => Array.from({ length: count }, next);

describe('the generators, against published values', () => {
  it('xoshiro128** from the state 1, 2, 3, 4', () => {
    const words = new Uint32Array(10);
    fillWords(Int32Array.of(1, 2, 3, 4), words);
    expect([...words]).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it('SplitMix64 from the seed 1234567', () => {
    expect([1n, 2n, 3n, 4n, 5n].map((step) => splitMix64(1234567n, step))).toEqual([
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
      4593380528125082431n,
      16408922859458223821n,
    ]);
  });

  it('FNV-1a of 64 bits', () => {
    expect(['', 'a', 'foobar'].map((text) => fnv1a64(text))).toEqual([
      0xcbf29ce484222325n,
      0xaf63dc4c8601ec8cn,
      0x85944171f73967e8n,
    ]);
  });

  it('the stream of a seed is xoshiro128** from the first two values of SplitMix64', () => {
    const words = new Uint32Array(4);
    fillWords(new Int32Array(BigUint64Array.of(6457827717110365317n, 3203168211198807973n).buffer), words);
    expect(createRandom(1234567).bytes(16)).toEqual(new Uint8Array(words.buffer));
  });
});

describe('a random stream', () => {
  it('is fixed by seed and name', () => {
    const first = createRandom(7, 'order').bytes(32);
    expect(createRandom(7, 'order').bytes(32)).toEqual(first);
    expect(createRandom(8, 'order').bytes(32)).not.toEqual(first);
    expect(createRandom(7, 'dropout').bytes(32)).not.toEqual(first);
    expect(createRandom(-1).bytes(8)).not.toEqual(createRandom(1).bytes(8));
  });

  it('forks by name alone, whatever was drawn before', () => {
    const fresh = createRandom(3).fork('image').bytes(16);
    const used = createRandom(3);
    used.bytes(1000);
    used.normal();
    expect(used.fork('image').bytes(16)).toEqual(fresh);
    expect(used.fork('text').bytes(16)).not.toEqual(fresh);
    expect(used.fork('a').fork('b').bytes(16)).not.toEqual(used.fork('ab').bytes(16));
    expect(used.fork('').bytes(16)).not.toEqual(createRandom(3).bytes(16));
  });

  it('is uniform in [0, 1)', () => {
    const random = createRandom(1);
    const values = draw(100_000, () => random.uniform());
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    const tenths = new Array<number>(10).fill(0);
    for (const value of values) tenths[Math.floor(value * 10)]! += 1;
    // Chi-squared with 9 degrees of freedom; 27.9 is its 99.9th percentile.
    expect(tenths.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(27.9);
  });

  it('gives normals with the moments of the standard normal', () => {
    const random = createRandom(2);
    const values = draw(200_000, () => random.normal());
    const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
    expect(moment(1)).toBeCloseTo(0, 1.9);
    expect(moment(2)).toBeCloseTo(1, 1.6);
    expect(moment(3)).toBeCloseTo(0, 1.3);
    expect(moment(4)).toBeCloseTo(3, 0.8);
  });

  it('gives every integer below the limit equally often', () => {
    const random = createRandom(3);
    const counts = new Array<number>(7).fill(0);
    for (const value of draw(70_000, () => random.integer(7))) counts[value]! += 1;
    expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(22.5);
    expect(random.integer(1)).toBe(0);
    // With a limit just above 2^31, a plain remainder would favour the lower half of the range two to one.
    const large = draw(20_000, () => random.integer(2 ** 31 + 2 ** 30));
    expect(large.filter((value) => value < 2 ** 30).length / large.length).toBeCloseTo(1 / 3, 1.7);
    for (const limit of [0, 1.5, -1, NaN, 2 ** 33]) expect(() => random.integer(limit)).toThrow(RangeError);
  });

  it('gives any number of bytes, all values about equally often', () => {
    const bytes = createRandom(4).bytes(256 * 1000 + 3);
    expect(bytes).toHaveLength(256_003);
    const counts = new Array<number>(256).fill(0);
    for (const byte of bytes) counts[byte]! += 1;
    expect(counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(330.5);
    expect(createRandom(4).bytes(0)).toHaveLength(0);
  });

  it('refuses a seed that is no integer', () => {
    for (const seed of [0.5, NaN, Infinity, 2 ** 60]) expect(() => createRandom(seed)).toThrow(RangeError);
  });
});

describe('permutation', () => {
  it('holds every number once', () => {
    const order = permutation(1000, createRandom(1));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, index) => index));
    expect(permutation(0, createRandom(1))).toHaveLength(0);
  });

  it('gives all orders of three about equally often', () => {
    const random = createRandom(5);
    const counts = new Map<string, number>();
    for (let round = 0; round < 6000; round++) {
      const order = permutation(3, random).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
