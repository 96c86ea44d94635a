import { describe, expect, it } from 'vitest';
import { errorsOf } from '../testing/gradient-check.js';
import { indices, position } from '../testing/numbers.js';
import { input } from '../value.js';
import { padAxes, type PadOptions } from './padding.js';

interface Case extends PadOptions {
  readonly x: readonly number[];
  readonly padding: readonly number[];
}

const both: readonly Case[] = (['reflect', 'edge'] as const).flatMap((mode): Case[] => [
  { mode, x: [5], padding: [2, 1] },
  { mode, x: [2, 5], padding: [0, 4, 0, 4] },
  { mode, x: [3, 4], padding: [2, 0, 1, 3] },
  { mode, x: [1, 2, 4, 3], padding: [0, 0, 1, 2, 0, 0, 3, 0] },
  { mode, x: [2, 2], padding: [1, 1, 1, 1] },
  { mode, x: [4, 5], padding: [-1, 2, 1, -1] },
]);
const cases: readonly Case[] = [
  ...both,
  { mode: 'edge', x: [1, 2], padding: [3, 2, 1, 5] },
  { x: [2, 3], padding: [1, 2, 0, 3] },
  { x: [2, 3], padding: [1, 2, 0, 3], value: -1.5 },
  { x: [2, 1, 3], padding: [0, 1, 1, 0, 0, 2], value: 7 },
  { x: [4, 5], padding: [-1, 2, -2, -3], value: 0.5 },
  { x: [4, 5], padding: [-1, -2, -2, 0] },
];

describe('padding of several axes', () => {
  it.each(cases.map((one) => [JSON.stringify(one), one] as const))(
    'has the values and gradients of its formula: %s',
    async (_, { x, padding, ...options }) => {
      const { mode = 'constant', value = 0 } = options;
      const shape = x.map((size, axis) => size + padding[axis]! + padding[x.length + axis]!);
      const errors = await errorsOf({
        shapes: [x],
        build: (symbol) => {
          const y = padAxes(symbol, padding, options);
          expect(y.shape).toEqual(shape);
          return y;
        },
        formula: (values) =>
          indices(shape).map((index) => {
            // With negative sizes, what is cut off is not there to be mirrored or repeated.
            const source = index.map((at, axis) => {
              const [before, after] = [Math.min(0, padding[axis]!), Math.min(0, padding[x.length + axis]!)];
              const [low, high] = [-before, x[axis]! + after - 1];
              return lookUp(at - padding[axis]!, low, high, mode);
            });
            return source.includes(OUTSIDE) ? value : values[position(x, source)]!;
          }),
      });
      expect(errors.value).toBeLessThan(1e-7);
      expect(errors.gradient).toBeLessThan(1e-6);
    },
  );

  it('of nothing is nothing, and keeps unknown sizes', () => {
    const x = input('x', 'float32', ['batch', 3, 4]);
    expect(padAxes(x, [0, 0, 0, 0, 0, 0], { mode: 'reflect' })).toBe(x);
    expect(padAxes(x, [0, 1, 0, 0, 0, 2]).shape).toEqual(['batch', 4, 6]);
  });

  it.each<[string, readonly number[], PadOptions, RegExp]>([
    ['a list of another length', [1, 1, 1], {}, /\[1,1,1\] for \[2,batch\].*list of 4/],
    ['half an element', [0.5, 0, 0, 0], {}, /whole numbers/],
    ['an unknown size', [0, 1, 0, 0], {}, /known size/],
    ['a mirror larger than the image', [2, 0, 0, 0], { mode: 'reflect' }, /too few elements to mirror 2/],
  ])('refuses %s', (_, padding, options, message) => {
    expect(() => padAxes(input('x', 'float32', [2, 'batch']), padding, options)).toThrow(message);
  });
});

const OUTSIDE = -1;

/** Which element of low … high is seen at a position. */
function lookUp(at: number, low: number, high: number, mode: string): number {
  if (at >= low && at <= high) return at;
  if (mode === 'edge') return at < low ? low : high;
  if (mode === 'reflect') return at < low ? 2 * low - at : 2 * high - at;
  return OUTSIDE;
}
