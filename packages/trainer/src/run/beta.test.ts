import { createRandom } from '@sensorium/data';
import { describe, expect, it } from 'vitest';
import { beta } from './beta.js';

const COUNT = 20_000;
const draw = (alpha: number): number[] => {
  const random = createRandom(5, `beta ${alpha}`);
  return Array.from({ length: COUNT }, () => beta(alpha, random));
};

describe('beta', () => {
  // Distribution functions in closed form.
  it.each<[number, (x: number) => number]>([
    [0.5, (x) => (2 / Math.PI) * Math.asin(Math.sqrt(x))],
    [1, (x) => x],
    [2, (x) => 3 * x ** 2 - 2 * x ** 3],
    [3, (x) => 10 * x ** 3 - 15 * x ** 4 + 6 * x ** 5],
  ])('is distributed as Beta(%f, %f) is', (alpha, distribution) => {
    const sorted = draw(alpha).sort((a, b) => a - b);
    const distance = Math.max(...sorted.map((x, index) => Math.abs(distribution(x) - (index + 0.5) / COUNT)));
    // Kolmogorov and Smirnov: beyond it in one of 10,000 cases.
    expect(distance).toBeLessThan(2.23 / Math.sqrt(COUNT));
  });

  it.each([0.01, 0.2, 0.4, 8, 200])('has mean 1/2 and variance 1 / (8α + 4) for α = %f', (alpha) => {
    const all = draw(alpha);
    expect(all.every((value) => value >= 0 && value <= 1)).toBe(true);
    const mean = all.reduce((a, b) => a + b, 0) / COUNT;
    const squares = all.map((value) => (value - mean) ** 2);
    const variance = squares.reduce((a, b) => a + b, 0) / COUNT;
    const expected = 1 / (8 * alpha + 4);
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(expected / COUNT));
    const ofSquares = Math.sqrt(squares.map((one) => (one - variance) ** 2).reduce((a, b) => a + b, 0)) / COUNT;
    expect(Math.abs(variance - expected)).toBeLessThan(4 * ofSquares);
  });
});
