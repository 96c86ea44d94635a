import { required } from '@sensorium/contracts';
import { CsvError, type Info, parse } from 'csv-parse/browser/esm/sync';
import type { Row, Table } from './row.js';
import { badTable } from './table-error.js';

/** A record of csv-parse, and where it ends. */
export interface ParsedRecord {
  readonly record: string[];
  readonly info: Pick<Info, 'lines'>;
}

/** Reads CSV or TSV with a header. Throws SENSORIUM_BAD_TABLE. */
export function readDelimited(text: string, path: string, delimiter: string): Table {
  const [header, ...records] = parseRecords(text, path, delimiter);
  if (!header) return { path, columns: [], rows: [] };
  const columns = columnsOf(header, path);
  return { path, columns, rows: records.map((parsed, index) => toRow(parsed, index + 1, columns, path)) };
}

/** What stands between the cells of a CSV file: a comma, or the semicolon of spreadsheets where commas stand in numbers. */
export function commaOf(text: string): ',' | ';' {
  const [header = ''] = text.split(/[\r\n]/, 1);
  return header.includes(';') && !header.includes(',') ? ';' : ',';
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

/** How csv-parse reads a table. */
export const recordOptions = (delimiter: string) => ({
  delimiter,
  info: true as const,
  record_delimiter: ['\r\n', '\n', '\r'],
  // Counted in `toRow`, which knows the row's number.
  relax_column_count: true,
  skip_empty_lines: true,
});

function parseRecords(text: string, path: string, delimiter: string): ParsedRecord[] {
  try {
    return parse(text, recordOptions(delimiter)) as unknown as ParsedRecord[];
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
function lineAfter(records: number, text: string, delimiter: string): number {
  if (records === 0) return 1;
  const parsed = parse(text, { ...recordOptions(delimiter), to: records }) as unknown as ParsedRecord[];
  return required(parsed.at(-1), 'the row before').info.lines + 1;
}

/** Throws SENSORIUM_BAD_TABLE for a row that is longer or shorter than the header. */
export function toRow({ record, info }: ParsedRecord, number: number, columns: readonly string[], path: string): Row {
  const line = firstLine(record, info);
  if (record.length !== columns.length) {
    throw badTable(
      `the row has ${record.length} cells, the header ${columns.length}`,
      { file: path, line, row: number },
      'Is a delimiter missing or too many, or a text with one not in quotes?',
    );
  }
  const cells = columns.map((column, index) => [column, record[index] || null] as const);
  return { number, line, values: Object.fromEntries(cells) };
}

/** csv-parse tells the line on which a record ends. */
function firstLine(record: readonly string[], info: ParsedRecord['info']): number {
  return info.lines - record.reduce((breaks, cell) => breaks + [...cell.matchAll(/\r\n|\n|\r/g)].length, 0);
}

/** The names in a header. Throws SENSORIUM_BAD_TABLE where two are the same. */
export function columnsOf({ record: columns }: ParsedRecord, path: string): string[] {
  const duplicate = columns.find((name, index) => columns.indexOf(name) !== index);
  if (duplicate === undefined) return columns;
  throw badTable(
    `two columns are named "${duplicate}"`,
    { file: path, line: 1, key: duplicate },
    'Rename one of them.',
  );
}
