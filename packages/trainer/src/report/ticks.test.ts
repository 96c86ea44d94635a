import { describe, expect, it } from 'vitest';
import { extentOf, innerTicks, outerTicks } from './ticks.js';

describe('outerTicks', () => {
  it.each([
    [
      [0.12, 0.93],
      [0, 0.5, 1],
    ],
    [
      [0.52, 0.97],
      [0.4, 0.6, 0.8, 1],
    ],
    [
      [0.9, 1],
      [0.9, 0.95, 1],
    ],
    [
      [2.31, 0.04],
      [0, 1, 2, 3],
    ],
    [
      [-3, 5],
      [-4, -2, 0, 2, 4, 6],
    ],
    [
      [0, 0.0003],
      [0, 0.0001, 0.0002, 0.0003],
    ],
  ])('of %j are round', (values, expected) => {
    expect(outerTicks(values)).toEqual(expected);
  });

  it('show a constant against zero', () => {
    expect(outerTicks([1, 1]).at(0)).toBe(0);
    expect(outerTicks([1, 1]).at(-1)).toBe(1);
    expect(outerTicks([0])).toEqual([0, 0.5, 1]);
    expect(outerTicks([-2]).at(-1)).toBe(0);
  });
});

describe('innerTicks', () => {
  it.each([
    [1, 1, [1]],
    [1, 3, [1, 2, 3]],
    [1, 10, [2, 4, 6, 8, 10]],
    [1, 100, [20, 40, 60, 80, 100]],
    [3, 5, [3, 4, 5]],
  ])('from %i to %i are whole where things are counted', (first, last, expected) => {
    expect(innerTicks(first, last, 1)).toEqual(expected);
  });

  it('are round and lie within', () => {
    expect(innerTicks(0, 1.3)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1, 1.2]);
    expect(innerTicks(-0.013, 0.021)).toEqual([-0.01, -0.005, 0, 0.005, 0.01, 0.015, 0.02]);
  });
});

it('finds the extent of values, and none of nothing', () => {
  expect(extentOf([3, -1, 2])).toEqual([-1, 3]);
  expect(extentOf([])).toEqual([0, 0]);
});
