import { describeValue } from '../describe-value.js';
import type { Steps } from '../steps.js';
import { badSeries } from './bad-series.js';
import type { Series } from './series.js';
import { secondOf, unitOfTime } from './time.js';

/** What series are read with. */
export interface Reading {
  /** How errors call the series. */
  readonly name: string;
  /** Whether values may be missing. */
  readonly gaps: boolean;
}

/** The number of a cell; NaN for an empty one, undefined for one that is no number. */
export type NumberOf = (cell: unknown) => number | undefined;

/** A series of columns by name, of which one may have the times. Throws SENSORIUM_BAD_MEDIA for a cell without a number. */
export function* seriesOfRows(
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  numberOf: NumberOf,
  { name, gaps }: Reading,
): Steps<Series> {
  const timeColumn = columns.findIndex((column) => unitOfTime(column) !== undefined);
  const measured = columns.flatMap((_, index) => (index === timeColumn ? [] : [index]));
  const refuse = (row: number, column: number, expected: string) => {
    const given = describeValue(rows[row]?.[column]);
    return badSeries(name, `row ${row + 1}, column "${columns[column]}" is ${given}; expected ${expected}`);
  };
  const values = new Float32Array(rows.length * measured.length);
  const seconds = new Float64Array(timeColumn < 0 ? 0 : rows.length);
  for (const [row, cells] of rows.entries()) {
    for (const [index, column] of measured.entries()) {
      const number = numberOf(cells[column]);
      if (number === undefined || !(Number.isFinite(number) || (gaps && Number.isNaN(number)))) {
        throw refuse(row, column, gaps ? 'a number, or nothing' : 'a number');
      }
      values[row * measured.length + index] = number;
    }
    if (timeColumn >= 0) {
      const second = secondOf(cells[timeColumn], columns[timeColumn] as string, numberOf);
      if (second === undefined) throw refuse(row, timeColumn, 'a number, or a date of ISO 8601');
      seconds[row] = second;
    }
    yield;
  }
  const channels = measured.map((column) => columns[column] as string);
  if (timeColumn < 0) return { channels, values };
  const first = seconds[0] as number;
  return { channels, values, time: seconds.map((second) => second - first) };
}
