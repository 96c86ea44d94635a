import { describe, expect, it } from 'vitest';
import { errorCodes, errorToJson, formatError, formatLocation, SensoriumError } from './index.js';

const details = {
  code: 'SENSORIUM_MISSING_COLUMN',
  message: 'the table has no column "image"',
  hint: 'Name another column.',
} as const;

describe('an error', () => {
  it('is known by its brand, also where another copy of the package made it', () => {
    const foreign = Object.assign(new Error('elsewhere'), { [Symbol.for('sensorium.error')]: true });
    for (const error of [new SensoriumError(details), foreign]) expect(SensoriumError.is(error)).toBe(true);
    for (const other of [new Error('other'), null, undefined, 'text', {}]) expect(SensoriumError.is(other)).toBe(false);
  });

  it('takes on where it happened, and keeps what it knows better', () => {
    const cause = new Error('below');
    const inner = new SensoriumError({ ...details, location: { row: 3, key: 'image' }, cause });
    expect(SensoriumError.at(inner, { file: 'train.csv', key: 'outer' })).toMatchObject({
      ...details,
      location: { file: 'train.csv', row: 3, key: 'image' },
      cause,
    });
    expect(SensoriumError.at(cause, { file: 'train.csv' })).toBe(cause);
  });

  it('is shown with code, place, message and hint, and no stack', () => {
    const location = { file: 'train.csv', row: 3 };
    const error = new SensoriumError({ ...details, message: 'two\nlines', location });
    expect(formatError(error)).toBe(
      'SENSORIUM_MISSING_COLUMN  train.csv, row 3\n  two\n  lines\n  Name another column.',
    );
    expect(errorToJson(error)).toEqual({ ...details, message: 'two\nlines', location });
    expect(errorToJson(new SensoriumError({ code: details.code, message: 'short' }))).toEqual({
      code: details.code,
      message: 'short',
    });
  });

  it('has a code that is explained', () => {
    for (const [code, meaning] of Object.entries(errorCodes)) {
      expect(code).toMatch(/^SENSORIUM_[A-Z_]+$/);
      expect(meaning).not.toBe('');
    }
  });
});

it.each([
  [{ file: 'm.yaml', line: 4, column: 3 }, 'm.yaml:4:3'],
  [{ file: 't.csv', row: 12, key: 'image' }, 't.csv, row 12, "image"'],
  [{ key: 'heads.answer' }, '"heads.answer"'],
  [{}, ''],
])('the place %o reads %s', (location, text) => {
  expect(formatLocation(location)).toBe(text);
});
