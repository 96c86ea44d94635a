import { CsvError, type Info, parse } from 'csv-parse/sync';
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

function parseRecords(text: string, path: string, delimiter: string): Parsed[] {
  try {
    return parse(text, {
      delimiter,
      info: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      // Counted in `toRow`, which knows the row's number.
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as Parsed[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // csv-parse counts the header as a record.
    const row = Math.max(1, Number(error.records));
    throw badTable(
      error.message,
      { file: path, line: Number(error.lines), row },
      'A cell with a quote, a line break or the delimiter is written in double quotes, and a quote in it twice.',
      error,
    );
  }
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
  const cells = columns.map((column, index) => [column, record[index] || null]);
  return { number, line, values: Object.fromEntries(cells) as Row['values'] };
}

/** csv-parse tells the line on which a record ends. */
function firstLine(record: readonly string[], info: Info): number {
  return info.lines - record.reduce((breaks, cell) => breaks + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0);
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
