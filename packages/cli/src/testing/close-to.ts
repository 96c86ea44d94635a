import { expect } from 'vitest';

/**
 * Expects numbers and texts of one tree in another, which may have more.
 *
 * @param tolerance of numbers; of those above 1, of their size
 */
export function closeTo(found: unknown, expected: unknown, tolerance: number): void {
  if (typeof expected === 'number') {
    expect(Math.abs(Number(found) - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));
  } else if (typeof expected !== 'object' || expected === null) {
    expect(found).toEqual(expected);
  } else {
    const own = found as Record<string, unknown>;
    for (const [key, value] of Object.entries(expected)) closeTo(own[key], value, tolerance);
  }
}
