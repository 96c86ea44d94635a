import { describe, expect, it } from 'vitest';
import { fromHalf, toHalf } from './index.js';

describe('toHalf', () => {
  it('gives every half its own bits', () => {
    const all = Array.from({ length: 2 ** 16 }, (_, bits) => bits).filter((bits) => !Number.isNaN(fromHalf(bits)));
    expect(all).toHaveLength(2 ** 16 - 2 * 1023);
    expect(all.filter((bits) => toHalf(fromHalf(bits)) !== bits)).toEqual([]);
    expect(fromHalf(toHalf(NaN))).toBeNaN();
  });

  it('rounds to the nearest, and from the middle to the even one', () => {
    for (let bits = 0; bits < 0x7bff; bits += 7) {
      const [low, high] = [fromHalf(bits), fromHalf(bits + 1)];
      const middle = (low + high) / 2;
      expect(toHalf(middle)).toBe(bits % 2 === 0 ? bits : bits + 1);
      expect(toHalf(middle - (high - low) / 8)).toBe(bits);
      expect(toHalf(-middle - (high - low) / 8)).toBe(0x8000 | (bits + 1));
    }
  });

  it('knows where halves end', () => {
    expect(fromHalf(toHalf(65519.9))).toBe(65504);
    expect(fromHalf(toHalf(65520))).toBe(Infinity);
    expect(fromHalf(toHalf(-1e9))).toBe(-Infinity);
    expect(fromHalf(toHalf(2 ** -26))).toBe(0);
  });
});
