import { describeValue } from '../describe-value.js';
import { badSeries } from './bad-series.js';
import type { NumberOf } from './rows.js';
import type { Series } from './series.js';

/** Throws SENSORIUM_BAD_MEDIA unless a time is a rate, or a second for each row that never goes back. */
export function checkTime(time: number | Float64Array, rows: number, name: string): void {
  if (typeof time === 'number') {
    if (time > 0 && Number.isFinite(time)) return;
    throw badSeries(name, `has ${time} rows a second; expected a positive number`);
  }
  if (!(time instanceof Float64Array)) {
    throw badSeries(name, `has the time ${describeValue(time)}; expected rows a second, or a Float64Array of seconds`);
  }
  if (time.length !== rows) throw badSeries(name, `has ${time.length} times for ${rows} rows`);
  const odd = time.findIndex((second, row) => !Number.isFinite(second) || second < (time[row - 1] ?? -Infinity));
  if (odd < 0) return;
  const before = odd > 0 ? `, and ${time[odd - 1]} in the row before` : '';
  throw badSeries(name, `has the time ${time[odd]} in row ${odd + 1}${before}; times are finite and never go back`);
}

/** `120 rows, 2.4 s` */
export function describeTime({ channels, values, time }: Series): string {
  const rows = values.length / channels.length;
  const count = `${rows} ${rows === 1 ? 'row' : 'rows'}`;
  if (time === undefined) return count;
  const seconds = typeof time === 'number' ? rows / time : (time.at(-1) as number) - (time[0] as number);
  return `${count}, ${Number(seconds.toPrecision(3))} s`;
}

const units: Readonly<Record<string, number>> = { s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** Seconds in the unit of a column of times; undefined for every other column. */
export function unitOfTime(column: string): number | undefined {
  const match = /^(?:t|time|timestamp)(?:(?:[ _]\(?|\()(s|ms|us|µs|ns)\)?)?$/i.exec(column);
  return match ? units[(match[1] ?? 's').toLowerCase()] : undefined;
}

const isoDate = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** A moment in seconds: a number in the unit of its column, or a date, in UTC unless it says otherwise. */
export function secondOf(cell: unknown, column: string, numberOf: NumberOf): number | undefined {
  const number = numberOf(cell);
  if (number !== undefined) return Number.isFinite(number) ? number * (unitOfTime(column) as number) : undefined;
  const match = typeof cell === 'string' ? isoDate.exec(cell) : null;
  if (!match) return undefined;
  const [text, zone] = match;
  // Without a zone, a date with a time of day would be read in that of the machine.
  const milliseconds = Date.parse(text.length > 10 && zone === undefined ? `${text}Z` : text);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}
