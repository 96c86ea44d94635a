import { expect, it } from 'vitest';
import { fitSamples } from './index.js';

const map = (width: number, height: number, ...data: number[]) => ({ width, height, data: Float32Array.from(data) });

it('gives the mean of what a pixel covers, by area', () => {
  expect([...fitSamples(map(4, 2, 1, 3, 5, 7, 2, 4, 6, 8), 2, 'squeeze')]).toEqual([2, 6, 3, 7]);
  const [left, middle] = fitSamples(map(3, 2, 3, 9, 3, 3, 9, 3), 2, 'squeeze');
  expect(left).toBeCloseTo((3 + 9 / 2) / 1.5);
  expect(middle).toBeCloseTo((9 / 2 + 3) / 1.5);
});

it('gives what is there, however small it is', () => {
  expect([...fitSamples(map(1, 1, 7), 2, 'squeeze')]).toEqual([7, 7, 7, 7]);
  expect([...fitSamples(map(2, 2, 1, 2, 3, 4), 4, 'squeeze')].slice(0, 4)).toEqual([1, 1, 2, 2]);
  expect([...fitSamples(map(2, 2, 1, 2, 3, 4), 2, 'contain')]).toEqual([1, 2, 3, 4]);
});

it('leaves holes out, and has some where all is holes', () => {
  const isValue = (value: number): boolean => value > 0;
  expect([...fitSamples(map(4, 2, 0, 3, 0, 0, 0, 5, 0, 0), 2, 'squeeze', isValue)]).toEqual([3, NaN, 5, NaN]);
});

it('has bars with contain, and cuts with cover', () => {
  expect([...fitSamples(map(4, 2, 1, 1, 2, 2, 1, 1, 2, 2), 4, 'contain')]).toEqual([
    ...[NaN, NaN, NaN, NaN],
    ...[1, 1, 2, 2],
    ...[1, 1, 2, 2],
    ...[NaN, NaN, NaN, NaN],
  ]);
  expect([...fitSamples(map(4, 2, 9, 1, 2, 9, 9, 3, 4, 9), 2, 'cover')]).toEqual([1, 2, 3, 4]);
});
