import { required, type ErrorLocation } from '@sensorium/contracts';
import { CsvError, type Info, parse } from 'csv-parse/browser/esm/sync';
import { decodeLines, withoutMark } from './decode-utf8.js';
import { delimiterIn, delimiterOf, type DelimitedKind } from './delimiter.js';
import type { Row, Table } from './row.js';
import { rowShape, type RowShape } from './row-shape.js';
import { badTable } from './table-error.js';

/** A record of csv-parse, and where it ends. */
export interface ParsedRecord {
  readonly record: string[];
  readonly info: Pick<Info, 'lines'>;
}

/** Reads CSV or TSV with a header. Throws SENSORIUM_BAD_TABLE. */
export function readDelimited(bytes: Uint8Array, path: string, kind: DelimitedKind): Table {
  let delimiter: string | undefined;
  // All of it has to be text, which is found out here.
  for (const { text } of decodeLines(bytes, path)) delimiter ??= delimiterOf(text, kind);
  return delimiter === undefined ? { path, columns: [], rows: [] } : readRecords(withoutMark(bytes), path, delimiter);
}

function readRecords(text: Uint8Array, path: string, delimiter: string): Table {
  const [header] = parseRecords(text, path, delimiter, 1);
  if (!header) return { path, columns: [], rows: [] };
  const shape = shapeOf(header, path);
  const [, ...records] = parseRecords(text, path, delimiter);
  const rows = records.map((parsed, index) => toRow(parsed, index + 1, shape, path));
  return { path, columns: shape.columns, rows };
}

const quoting =
  'A cell with a quote, a line break or the delimiter is written in double quotes, and a quote in it twice: "a 5"" screen".';

/** What csv-parse finds, by its codes. */
const problems: Readonly<Record<string, (where: string) => string>> = {
  CSV_QUOTE_NOT_CLOSED: (where) => `a quote that opens in ${where} is never closed`,
  CSV_MAX_RECORD_SIZE: (where) => `${where} is too long for one row: is a quote in it never closed?`,
  INVALID_OPENING_QUOTE: (where) => `${where} has a quote in a cell that does not begin with one`,
  CSV_INVALID_CLOSING_QUOTE: (where) => `${where} has text behind the quote that ends a cell`,
};

/** Characters of the longest row: of a quote that is never closed, the row is all that follows. */
const LONGEST_ROW = 2 ** 24;

/** How csv-parse reads a table. */
export const recordOptions = (delimiter: string) => ({
  delimiter,
  info: true as const,
  record_delimiter: ['\r\n', '\n', '\r'],
  // Counted in `toRow`, which knows the row's number.
  relax_column_count: true,
  max_record_size: LONGEST_ROW,
  skip_empty_lines: true,
});

/** @param to of the last record that is read; default all */
function parseRecords(text: Uint8Array, path: string, delimiter: string, to?: number): ParsedRecord[] {
  try {
    return parse(text, { ...recordOptions(delimiter), ...(to !== undefined && { to }) }) as unknown as ParsedRecord[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw badRecord(error, path, (row) => lineAfter(row, text, delimiter));
  }
}

/** @param lineOf the line on which the record after so many, the header among them, begins */
export function badRecord(error: CsvError, path: string, lineOf: (records: number) => number): Error {
  // csv-parse counts the header as a record.
  const row = Number(error.records);
  const where = row > 0 ? `row ${row}` : 'the header';
  const message = problems[error.code]?.(where) ?? `${where} cannot be read: ${error.message}`;
  return badTable(message, { file: path, line: lineOf(row), ...(row > 0 && { row }) }, quoting, error);
}

/** The line behind so many whole records, on which the next one begins. */
function lineAfter(records: number, text: Uint8Array, delimiter: string): number {
  if (records === 0) return 1;
  const parsed = parse(text, { ...recordOptions(delimiter), to: records }) as unknown as ParsedRecord[];
  return required(parsed.at(-1), 'the row before').info.lines + 1;
}

/** Throws SENSORIUM_BAD_TABLE for a row that is longer or shorter than the header. */
export function toRow({ record, info }: ParsedRecord, number: number, shape: RowShape, path: string): Row {
  const line = firstLine(record, info);
  if (record.length !== shape.columns.length) {
    const other = delimiterIn(shape.columns);
    throw badTable(
      `the row has ${record.length} cells, the header ${shape.columns.length}`,
      { file: path, line, row: number },
      'Is a delimiter missing or too many, or a text with one not in quotes?' +
        (other ? ` The names of the columns have ${other} in them: is it these that stand between the cells?` : ''),
    );
  }
  return { number, line, values: shape.values(record.map((cell) => cell || null)) };
}

/** csv-parse tells the line on which a record ends. */
function firstLine(record: readonly string[], info: ParsedRecord['info']): number {
  return info.lines - record.reduce((breaks, cell) => breaks + [...cell.matchAll(/\r\n|\n|\r/g)].length, 0);
}

/** The columns that a header names. Throws SENSORIUM_BAD_TABLE where two are the same, or there are too many. */
export function shapeOf({ record: columns }: ParsedRecord, path: string): RowShape {
  const location = { file: path, line: 1 };
  const shape = rowShape(columns, location);
  const positions = new Map<string, number>();
  for (const [index, name] of columns.entries()) {
    const first = positions.get(name);
    if (first !== undefined) throw twice(name, [first + 1, index + 1], location);
    positions.set(name, index);
  }
  return shape;
}

function twice(name: string, [first, second]: readonly [number, number], location: ErrorLocation): Error {
  if (name !== '') {
    const message = `two columns are named "${name}": the ${ordinal(first)} and the ${ordinal(second)}`;
    return badTable(message, { ...location, key: name }, 'Rename one of them.');
  }
  return badTable(
    `the ${ordinal(first)} and the ${ordinal(second)} column have no name`,
    location,
    'The first line names the columns. Is there a delimiter too many in it, or is it a row already?',
  );
}

/** `1st`, `22nd`, `113th` */
function ordinal(place: number): string {
  const ending = { one: 'st', two: 'nd', few: 'rd', other: 'th' } as const;
  return `${place}${ending[ordinals.select(place) as keyof typeof ending]}`;
}

const ordinals = new Intl.PluralRules('en', { type: 'ordinal' });
