import { expect, it } from 'vitest';
import { editDistance, nearest } from './nearest.js';

it.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['heds', 'heads', 1],
  ['haeds', 'heads', 1],
  ['kitten', 'sitting', 3],
  ['ca', 'abc', 3],
])('distance of "%s" and "%s" is %i', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
  expect(editDistance(b, a)).toBe(distance);
});

it('finds what was probably meant', () => {
  const keys = ['inputs', 'fusion', 'heads', 'batchSize'];
  expect(nearest('input', keys)).toBe('inputs');
  expect(nearest('batch_size', keys)).toBe('batchSize');
  expect(nearest('Heads', keys)).toBe('heads');
});

it('finds nothing where nothing is near', () => {
  expect(nearest('banana', ['inputs', 'fusion'])).toBeUndefined();
  expect(nearest('x', [])).toBeUndefined();
});
