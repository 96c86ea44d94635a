import { expect, it } from 'vitest';
import { formatSeconds, formatValue } from './format.js';
import { directionOf, titleOf } from './metric.js';

it.each([
  [0.4217, '0.42 s'],
  [8.31, '8.3 s'],
  [59.9, '1 min 0 s'],
  [97.4, '1 min 37 s'],
  [3599.7, '1 h 0 min'],
  [11_234, '3 h 7 min'],
])('writes %d seconds as %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

it('writes shares as percent, other values with their unit, and a dash where there is no number', () => {
  expect(formatValue(0.97421, '%')).toBe('97.42%');
  expect(formatValue(12.3456, '°')).toBe('12.35 °');
  expect(formatValue(NaN, '%')).toBe('–');
  expect([0.123456, 0, 999_940, -123_456_789_012_345, 0.000012345].map((value) => formatValue(value))).toEqual([
    '0.1235',
    '0',
    '999,900',
    '-1.235e+14',
    '1.234e-5',
  ]);
});

it('names a metric by its title, or by the words of its name', () => {
  expect(titleOf('mae', { title: 'mean absolute error' })).toBe('Mean absolute error');
  expect(titleOf('rootMeanSquare', {})).toBe('Root mean square');
  expect(titleOf('recall10', {})).toBe('Recall10');
});

it('says in words which direction is better', () => {
  expect(directionOf({ better: 'lower' })).toBe('↓ lower is better');
  expect(directionOf({ better: 'higher' })).toBe('↑ higher is better');
});
