import { describeValue } from '../describe-value.js';
import type { Steps } from '../steps.js';
import { badSeries } from './bad-series.js';
import { type Reading, seriesOfRows } from './rows.js';
import type { Series } from './series.js';

type Given = Readonly<Record<string, unknown>>;

export function* parseJsonText(text: string, reading: Reading): Steps<Series> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw badSeries(reading.name, `begins as JSON, but is none: ${(cause as Error).message}`, cause);
  }
  return yield* parseJson(json, reading);
}

/** A list of rows, or an object that has them as `values`. Throws SENSORIUM_BAD_MEDIA. */
export function* parseJson(json: unknown, reading: Reading): Steps<Series> {
  if (Array.isArray(json)) return yield* parseRows(json, undefined, reading);
  const { name } = reading;
  const { values, channels, time, ...others } = json as Given;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw badSeries(name, `has the key "${unknown}"; expected values, channels and time`);
  if (!Array.isArray(values)) throw badSeries(name, `has the values ${describeValue(values)}; expected a list of rows`);
  const series = yield* parseRows(values, channels, reading);
  return time === undefined ? series : { ...series, time: parseTime(time, name) };
}

function parseTime(time: unknown, name: string): number | Float64Array {
  if (typeof time === 'number') return time;
  if (Array.isArray(time) && time.every((second) => typeof second === 'number')) return Float64Array.from(time);
  throw badSeries(name, `has the time ${describeValue(time)}; expected rows a second, or a list of seconds`);
}

/** Rows are numbers of one channel, lists, or objects by channel: all like the first. */
function* parseRows(rows: readonly unknown[], channels: unknown, reading: Reading): Steps<Series> {
  const { name } = reading;
  const [first] = rows;
  if (first === undefined) throw badSeries(name, 'has no rows');
  const columns = columnsOf(first, channels, name);
  const cellsOf = cellReader(first, columns);
  const cells: (readonly unknown[])[] = [];
  for (const [index, row] of rows.entries()) {
    const own = cellsOf(row);
    if (own?.length !== columns.length) {
      const given = own ? `${own.length} values` : describeValue(row);
      throw badSeries(name, `row ${index + 1} has ${given}; expected the ${columns.length} of ${columns.join(', ')}`);
    }
    cells.push(own);
    yield;
  }
  return yield* seriesOfRows(columns, cells, numberOf, reading);
}

const numberOf = (cell: unknown): number | undefined => {
  if (cell === null || cell === undefined) return NaN;
  return typeof cell === 'number' ? cell : undefined;
};

export const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === 'string');

const isRecord = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The values of a row that is like the first one; undefined for another kind of row. */
function cellReader(first: unknown, columns: readonly string[]): (row: unknown) => readonly unknown[] | undefined {
  if (Array.isArray(first)) return (row) => (Array.isArray(row) ? row : undefined);
  if (!isRecord(first)) return (row) => [row];
  const known = new Set(columns);
  const isLike = (row: Given): boolean => Object.keys(row).every((key) => known.has(key));
  return (row) => (isRecord(row) && isLike(row) ? columns.map((column) => row[column]) : undefined);
}

function columnsOf(first: unknown, channels: unknown, name: string): readonly string[] {
  if (channels !== undefined) {
    if (isNames(channels)) return channels;
    throw badSeries(name, `has the channels ${describeValue(channels)}; expected a list of names`);
  }
  if (isRecord(first)) return Object.keys(first);
  return Array.isArray(first) ? first.map((_, index) => String(index)) : ['0'];
}
