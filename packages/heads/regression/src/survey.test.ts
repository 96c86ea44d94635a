import type { Survey } from '@sensorium/contracts';
import { expect, it } from 'vitest';
import { regression } from './index.js';

/** What the head says of numbers, each of so many rows. */
async function surveyOf(numbers: readonly number[], unit?: string): Promise<Survey> {
  const values = async function* () {
    yield* numbers;
  };
  const options = await regression.learn!(regression.options.parse({ unit }), values(), new Map());
  const { target } = regression.create(options, new Map(), ['x']);
  const rows = new Map<number, number>();
  for (const value of numbers) rows.set(value, (rows.get(value) ?? 0) + 1);
  const surveyed = async function* () {
    for (const [value, count] of rows) yield { value, rows: count, trained: count };
  };
  return target!.survey!(surveyed());
}

const many = Array.from({ length: 99 }, (_, index) => index + 1);

it('tells where numbers lie, and what always their median reaches', async () => {
  const { facts, baseline, warnings } = await surveyOf([...many, 50], 'kg');
  expect(facts).toEqual(['1.0 kg to 99.0 kg', 'mean 50.0 kg, deviation 28.4 kg']);
  expect(baseline).toEqual({
    metric: 'mae',
    value: (2 * (49 * 50)) / 2 / 100,
    title: 'always 50.0 kg, the median',
    better: 'lower',
    unit: 'kg',
  });
  expect(warnings).toEqual([]);
});

it('warns of numbers that are far off, and of those that are names of kinds', async () => {
  const { warnings } = await surveyOf([...many, ...many, 1e6]);
  expect(warnings).toEqual([
    expect.objectContaining({
      code: 'number-far-off',
      message: '1 number lies more than 10 deviations from the mean: 1000000',
    }),
  ]);
  const kinds = await surveyOf(Array.from({ length: 60 }, (_, index) => index % 3));
  expect(kinds.warnings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    'numbers-few: there are 3 different numbers in 60 rows',
  ]);
});
