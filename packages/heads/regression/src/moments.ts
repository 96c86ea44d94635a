import { SensoriumError } from '@sensorium/contracts';

interface Moments {
  readonly mean?: number;
  readonly deviation?: number;
}

/**
 * Mean and standard deviation (of the population) of a table, in one pass (Welford 1962), unless they are given. Throws
 * SENSORIUM_BAD_TABLE where the deviation is to be learned and all numbers are the same, and SENSORIUM_BAD_MEDIA for one
 * that is not finite.
 */
export async function learnMoments(given: Moments, values: AsyncIterable<number>): Promise<Required<Moments>> {
  const { count, mean, squares } = await momentsOf(values);
  if (given.deviation === undefined && squares === 0) throw allTheSame(count, mean);
  return { mean: given.mean ?? mean, deviation: given.deviation ?? Math.sqrt(squares / count) };
}

/** `squares` is the sum of squared differences from the mean. */
async function momentsOf(values: AsyncIterable<number>) {
  let [count, mean, squares] = [0, 0, 0];
  for await (const value of values) {
    requireFinite(value, ++count);
    const step = value - mean;
    mean += step / count;
    squares += step * (value - mean);
  }
  return { count, mean, squares };
}

/** @param row of the table, where it is known, for the error */
export function requireFinite(value: number, row?: number): void {
  if (Number.isFinite(Math.fround(value))) return;
  throw new SensoriumError({
    code: 'SENSORIUM_BAD_MEDIA',
    message: `${value} is no number to learn from; expected a finite one below 3.4e38`,
    hint: 'Correct the table, or leave the row out.',
    location: { row },
  });
}

const allTheSame = (count: number, value: number): SensoriumError => {
  const found = count === 0 ? 'none' : `only ${value}`;
  return new SensoriumError({
    code: 'SENSORIUM_BAD_TABLE',
    message: `regression needs at least two different numbers, and the training table has ${found}`,
    hint: 'Check which column the head reads.',
  });
};
