import { expect, it } from 'vitest';
import { formatSeconds } from './format.js';
import { formatScore, metricOf } from './metric.js';

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

it('writes shares as percent and other scores as numbers', () => {
  expect(formatScore('accuracy', 0.97421)).toBe('97.42%');
  expect([0.123456, 0, 999_940, -123_456_789_012_345].map((value) => formatScore('crossEntropy', value))).toEqual([
    '0.1235',
    '0',
    '999,900',
    '-1.235e+14',
  ]);
});

it('names metrics that it does not know by their words', () => {
  expect(metricOf('rootMeanSquare')).toMatchObject({ title: 'Root mean square', unit: 'number' });
  expect(metricOf('constructor').title).toBe('Constructor');
});
