import { describeValue } from '@sensorium/media';
import { badSeries } from './bad-series.js';
import type { Motion } from './motion.js';
import { unitOfTime } from './time.js';

/** One cell: NaN where there is no number. */
export type CellOf = (row: number, column: number) => { readonly number: number; readonly given: unknown };

/** A series of columns by name, of which one may have the times. Throws SENSORIUM_BAD_MEDIA for a cell without a number. */
export function seriesOf(columns: readonly string[], rows: number, cellOf: CellOf, name: string): Motion {
  const isTime = (column: string): boolean => unitOfTime(column) !== undefined;
  const timeColumn = columns.findIndex(isTime);
  const measured = columns.flatMap((_, index) => (index === timeColumn ? [] : [index]));
  const numberAt = (row: number, column: number): number => {
    const { number, given } = cellOf(row, column);
    if (Number.isFinite(number)) return number;
    throw badSeries(name, `row ${row + 1}, column "${columns[column]}" is ${describeValue(given)}; expected a number`);
  };
  const values = new Float32Array(rows * measured.length);
  for (let row = 0, at = 0; row < rows; row++) for (const column of measured) values[at++] = numberAt(row, column);
  const channels = measured.map((column) => columns[column] as string);
  if (timeColumn < 0) return { channels, values };
  const unit = unitOfTime(columns[timeColumn] as string) as number;
  const first = numberAt(0, timeColumn);
  const time = Float64Array.from({ length: rows }, (_, row) => (numberAt(row, timeColumn) - first) * unit);
  return { channels, values, time };
}
