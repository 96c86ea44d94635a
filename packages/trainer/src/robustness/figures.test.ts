import { describe, expect, it } from 'vitest';
import { effectiveRobustness, LEVELS, relativeRobustness } from './figures.js';

describe('relative robustness', () => {
  it.each<[string, number[], number[], number]>([
    ['what noise does not change is what it was', [0, 0.5, 1], [0.8, 0.8, 0.8], 0.8],
    ['a straight line is its middle', LEVELS.slice(), LEVELS.map((level) => 1 - level), 0.5],
    // (0.9 + 0.7)/2 · 0.2 + (0.7 + 0.1)/2 · 0.8 = 0.16 + 0.32
    ['levels may be apart', [0, 0.2, 1], [0.9, 0.7, 0.1], 0.48],
    // (10 + 14)/2 · 2 = 24, over a width of 2
    ['the width of σ does not count, and a metric may be any number', [1, 3], [10, 14], 12],
  ])('%s', (_, levels, values, expected) => {
    expect(relativeRobustness(levels, values)).toBeCloseTo(expected, 12);
  });

  it('is what MultiBench sums over eleven levels', () => {
    const values = [0.748, 0.74, 0.71, 0.65, 0.61, 0.55, 0.5, 0.47, 0.45, 0.43, 0.42];
    let area = 0;
    for (let at = 0; at < 10; at++) area += ((values[at]! + values[at + 1]!) * 0.1) / 2;
    expect(relativeRobustness(LEVELS, values)).toBeCloseTo(area, 12);
  });
});

describe('effective robustness', () => {
  it('is 0 of the baseline itself, and of one that is as much better everywhere', () => {
    const baseline = [0.7, 0.6, 0.4];
    expect(effectiveRobustness(baseline, baseline)).toBe(0);
    expect(effectiveRobustness([0.8, 0.7, 0.5], baseline)).toBeCloseTo(0, 12);
  });

  it('sums what is kept beyond the baseline', () => {
    // β = 0.6 + 0.1, 0.4 + 0.1 → (0.8 − 0.8) + (0.75 − 0.7) + (0.6 − 0.5)
    expect(effectiveRobustness([0.8, 0.75, 0.6], [0.7, 0.6, 0.4])).toBeCloseTo(0.15, 12);
    // It loses faster than the baseline: (0.3 − 0.7) + (0.2 − 0.5)
    expect(effectiveRobustness([0.8, 0.3, 0.2], [0.7, 0.6, 0.4])).toBeCloseTo(-0.7, 12);
  });
});
