import { describe, expect, it } from 'vitest';
import { splitRows } from '../index.js';

const everyRow = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('splitRows', () => {
  it('holds out the share asked for, each row on one side', () => {
    const { train, held } = splitRows(1000, 0.1, 1);
    expect(held).toHaveLength(100);
    expect([...train, ...held].sort((a, b) => a - b)).toEqual(everyRow(1000));
    expect([...held]).toEqual([...held].sort((a, b) => a - b));
  });

  it('is fixed by the seed', () => {
    expect(splitRows(100, 0.3, 5)).toEqual(splitRows(100, 0.3, 5));
    expect(splitRows(100, 0.3, 5).held).not.toEqual(splitRows(100, 0.3, 6).held);
  });

  it('takes rows from everywhere', () => {
    const { held } = splitRows(1000, 0.2, 3);
    const lowerHalf = held.filter((row) => row < 500).length;
    expect(lowerHalf).toBeGreaterThan(70);
    expect(lowerHalf).toBeLessThan(130);
  });

  it('keeps groups together', () => {
    const groups = everyRow(600).map((row) => `picture${row % 97}`);
    const { train, held } = splitRows(600, 0.25, 1, groups);
    const trained = new Set([...train].map((row) => groups[row]));
    expect([...held].some((row) => trained.has(groups[row] as string))).toBe(false);
    expect(train.length + held.length).toBe(600);
    expect(Math.abs(held.length - 150)).toBeLessThanOrEqual(4);
  });

  it('does not take rows without a group for one group', () => {
    const groups = everyRow(100).map(() => null);
    expect(splitRows(100, 0.5, 1, groups).held).toHaveLength(50);
  });

  it('leaves neither side empty where there are two groups', () => {
    expect(splitRows(2, 0.01, 1).held).toHaveLength(1);
    expect(splitRows(2, 0.99, 1).train).toHaveLength(1);
    const { train, held } = splitRows(10, 0.05, 1, ['a', 'a', 'a', 'a', 'a', 'a', 'a', 'b', 'b', 'b']);
    expect([...train]).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect([...held]).toEqual([7, 8, 9]);
  });

  it('holds out nothing of nothing, of one group, or for a share of 0', () => {
    expect(splitRows(0, 0.5, 1)).toEqual({ train: new Uint32Array(), held: new Uint32Array() });
    expect(splitRows(3, 0.5, 1, ['a', 'a', 'a']).train).toHaveLength(3);
    expect(splitRows(5, 0, 1).held).toHaveLength(0);
  });

  it('refuses a share outside [0, 1) and groups of another number', () => {
    for (const share of [-0.1, 1, NaN]) expect(() => splitRows(10, share, 1)).toThrow(RangeError);
    expect(() => splitRows(3, 0.5, 1, ['a'])).toThrow(RangeError);
  });
});
