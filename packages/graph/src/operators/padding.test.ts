import { describe, expect, it } from 'vitest';
import { errorsOf } from '../testing/gradient-check.js';
import { paddedShape, paddedValues, type PadCase } from '../testing/padding-reference.js';
import { input } from '../value.js';
import { padAxes, type PadOptions } from './padding.js';

const both: readonly PadCase[] = (['reflect', 'edge'] as const).flatMap((mode): PadCase[] => [
  { mode, x: [5], padding: [2, 1] },
  { mode, x: [2, 5], padding: [0, 4, 0, 4] },
  { mode, x: [3, 4], padding: [2, 0, 1, 3] },
  { mode, x: [1, 2, 4, 3], padding: [0, 0, 1, 2, 0, 0, 3, 0] },
  { mode, x: [2, 2], padding: [1, 1, 1, 1] },
  { mode, x: [4, 5], padding: [-1, 2, 1, -1] },
]);
const cases: readonly PadCase[] = [
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
      const shape = paddedShape({ x, padding });
      const errors = await errorsOf({
        shapes: [x],
        build: (symbol) => {
          const y = padAxes(symbol, padding, options);
          expect(y.shape).toEqual(shape);
          return y;
        },
        formula: (values) => paddedValues({ x, padding, ...options }, values),
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
