import { expect, it } from 'vitest';
import { subsetsOf } from './subsets.js';

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `input ${index}`);

it('leaves each one out in turn first, and has each one alone at last', () => {
  expect(subsetsOf(['a', 'b'], ['a', 'b'])).toEqual([['b'], ['a']]);
  expect(subsetsOf(['a', 'b', 'c'], ['a', 'b', 'c'])).toEqual([
    ['b', 'c'],
    ['a', 'c'],
    ['a', 'b'],
    ['c'],
    ['b'],
    ['a'],
  ]);
});

it('never takes away what must be there', () => {
  expect(subsetsOf(['a', 'b', 'c'], ['a', 'c'])).toEqual([['b', 'c'], ['a', 'b'], ['b']]);
  expect(subsetsOf(['a', 'b'], [])).toEqual([]);
  expect(subsetsOf(['a'], ['a'])).toEqual([]);
});

it.each([3, 6])('has every subset of %i but none and all', (count) => {
  const subsets = subsetsOf(names(count), names(count));
  expect(new Set(subsets.map(String)).size).toBe(2 ** count - 2);
});

it('of more has each one missing and each one alone', () => {
  const subsets = subsetsOf(names(7), names(7));
  expect(subsets.map(({ length }) => length)).toEqual([...Array<number>(7).fill(6), ...Array<number>(7).fill(1)]);
  expect(new Set(subsets.map(String)).size).toBe(14);
});
