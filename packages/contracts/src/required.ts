import { SensoriumError } from './error.js';

/**
 * The value, which must be there: for what only a mistake in the code can leave out. Throws SENSORIUM_UNEXPECTED. What a
 * user can leave out deserves an error of its own.
 *
 * @param what names the value in the error: `the record of row 3`
 */
export function required<T>(value: T | null | undefined, what: string): T {
  if (value !== null && value !== undefined) return value;
  throw new SensoriumError({
    code: 'SENSORIUM_UNEXPECTED',
    message: `${what} is missing`,
    hint: 'This is a mistake in Sensorium or in a plugin. Please report it.',
  });
}
