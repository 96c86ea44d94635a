import { describe, expect, it } from 'vitest';
import { expectAllClose } from './index.js';

const tensor = (shape: number[], ...values: number[]) =>
  ({ dtype: 'float32', shape, data: Float32Array.from(values) }) as const;

describe('expectAllClose', () => {
  it.each([
    ['within the relative tolerance', [1000.05], [1000], {}],
    ['within the absolute tolerance', [0.01], [0], { absolute: 0.02 }],
    ['whole numbers of 64 bits', BigInt64Array.of(7n), [7], { relative: 0, absolute: 0 }],
    ['NaN and infinities where they are expected', [NaN, Infinity], [NaN, Infinity], {}],
    ['tensors of one shape', tensor([2, 1], 1, 2), tensor([2, 1], 1, 2), {}],
  ] as const)('accepts %s', (_, actual, expected, tolerance) => {
    expectAllClose(actual, expected, tolerance);
  });

  it.each([
    ['a relative difference', [1, 1001], [1, 1000], {}, '1 of 2 values differ, the first at 1: 1001, not 1000'],
    ['an absolute difference', [0.01], [0], {}, '1 of 1 values differ, the first at 0: 0.01, not 0'],
    ['NaN', [NaN], [0], { absolute: 1 }, 'NaN, not 0'],
    ['a number where NaN is expected', [0], [NaN], { absolute: 1 }, '0, not NaN'],
    ['an infinity of the other sign', [-Infinity], [Infinity], {}, '-Infinity, not Infinity'],
    ['fewer values', [1], [1, 2], {}, 'there are 1 values, not 2'],
    ['another shape', tensor([1, 2], 1, 2), tensor([2, 1], 1, 2), {}, 'the shape is [1,2], not [2,1]'],
  ] as const)('refuses %s', (_, actual, expected, tolerance, message) => {
    expect(() => expectAllClose(actual, expected, tolerance)).toThrow(message);
  });
});
