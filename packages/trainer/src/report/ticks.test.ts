import { describe, expect, it } from 'vitest';
import { epochTicks, valueTicks } from './ticks.js';

describe('valueTicks', () => {
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
    expect(valueTicks(values)).toEqual(expected);
  });

  it('show a constant against zero', () => {
    expect(valueTicks([1, 1]).at(0)).toBe(0);
    expect(valueTicks([1, 1]).at(-1)).toBe(1);
    expect(valueTicks([0])).toEqual([0, 0.5, 1]);
    expect(valueTicks([-2]).at(-1)).toBe(0);
  });
});

describe('epochTicks', () => {
  it.each([
    [1, 1, [1]],
    [1, 3, [1, 2, 3]],
    [1, 10, [2, 4, 6, 8, 10]],
    [1, 100, [20, 40, 60, 80, 100]],
    [3, 5, [3, 4, 5]],
  ])('from %i to %i are whole', (first, last, expected) => {
    expect(epochTicks(first, last)).toEqual(expected);
  });
});
