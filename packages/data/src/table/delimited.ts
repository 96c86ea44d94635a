import { required } from '@sensorium/contracts';
import { CsvError, type Info, parse } from 'csv-parse/browser/esm/sync';
import type { Row, Table } from './row.js';
import { badTable } from './table-error.js';

interface Parsed {
  readonly record: string[];
  readonly info: Info;
}

/** Reads CSV or TSV with a header. Throws SENSORIUM_BAD_TABLE. */
export function readDelimited(text: string, path: string, delimiter: string): Table {
  const [header, ...records] = parseRecords(text, path, delimiter);
  if (!header) return { path, columns: [], rows: [] };
  const columns = header.record;
  rejectDuplicates(columns, path);
  return { path, columns, rows: records.map((parsed, index) => toRow(parsed, index + 1, columns, path)) };
}

const quoting =
  'A cell with a quote, a line break or the delimiter is written in double quotes, and a quote in it twice: "a 5"" screen".';

/** What csv-parse finds, by its codes. */
const problems: Readonly<Record<string, (where: string) => string>> = {
  CSV_QUOTE_NOT_CLOSED: (where) => `a quote that opens in ${where} is never closed`,
  INVALID_OPENING_QUOTE: (where) => `${where} has a quote in a cell that does not begin with one`,
  CSV_INVALID_CLOSING_QUOTE: (where) => `${where} has text behind the quote that ends a cell`,
};

const optionsFor = (delimiter: string) => ({
  delimiter,
  info: true as const,
  record_delimiter: ['\r\n', '\n', '\r'],
  // Counted in `toRow`, which knows the row's number.
  relax_column_count: true,
  skip_empty_lines: true,
});

function parseRecords(text: string, path: string, delimiter: string): Parsed[] {
  try {
    return parse(text, optionsFor(delimiter)) as unknown as Parsed[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // csv-parse counts the header as a record.
    const row = Number(error.records);
    const where = row > 0 ? `row ${row}` : 'the header';
    const message = problems[error.code]?.(where) ?? `${where} cannot be read: ${error.message}`;
    const location = { file: path, line: lineAfter(row, text, delimiter), ...(row > 0 && { row }) };
    throw badTable(message, location, quoting, error);
  }
}

/** The line behind so many whole records, on which the next one begins. */
function lineAfter(records: number, text: string, delimiter: string): number {
  if (records === 0) return 1;
  const parsed = parse(text, { ...optionsFor(delimiter), to: records }) as unknown as Parsed[];
  return required(parsed.at(-1), 'the row before').info.lines + 1;
}

function toRow({ record, info }: Parsed, number: number, columns: readonly string[], path: string): Row {
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
function firstLine(record: readonly string[], info: Info): number {
  return info.lines - record.reduce((breaks, cell) => breaks + [...cell.matchAll(/\r\n|\n|\r/g)].length, 0);
}

function rejectDuplicates(columns: readonly string[], path: string): void {
  const duplicate = columns.find((name, index) => columns.indexOf(name) !== index);
  if (duplicate === undefined) return;
  throw badTable(
    `two columns are named "${duplicate}"`,
    { file: path, line: 1, key: duplicate },
    'Rename one of them.',
  );
}
