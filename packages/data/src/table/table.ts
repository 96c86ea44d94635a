import { SensoriumError } from '@sensorium/contracts';
import { nearest } from '../nearest.js';
import { readDelimited } from './delimited.js';
import { delimiterIn } from './delimiter.js';
import { readJsonLines } from './json-lines.js';
import { tableOf } from './records.js';
import type { Table } from './row.js';
import { badTable } from './table-error.js';

type Reader = (bytes: Uint8Array, path: string) => Table;

const readers: Readonly<Record<TableKind, Reader>> = {
  csv: (bytes, path) => readDelimited(bytes, path, 'csv'),
  tsv: (bytes, path) => readDelimited(bytes, path, 'tsv'),
  jsonl: readJsonLines,
};

/**
 * Reads a table in UTF-8 (with or without byte order mark), of the kind that the ending of `path` says: .csv and .tsv (RFC
 * 4180, the first line names the columns; where it has no comma, or in .tsv no tab, but semicolons, tabs, commas or vertical
 * bars, these stand between all cells), .jsonl and .ndjson (an object a line; the columns are all keys). Blank lines are skipped. An empty cell, an empty text,
 * null and a missing key are null. Cells of .csv and .tsv are texts, those of the others any JSON.
 *
 * Throws SENSORIUM_EMPTY_TABLE if there are no rows; and SENSORIUM_BAD_TABLE, with line and row, for a broken quote, too
 * many or few cells, invalid JSON, bytes that are not UTF-8, two columns of one name or a file of another kind.
 */
export function parseTable(bytes: Uint8Array, path: string): Table {
  return notEmpty(readers[tableKind(path)](bytes, path));
}

export type TableKind = 'csv' | 'tsv' | 'jsonl';

const kinds: ReadonlyMap<string, TableKind> = new Map([
  ['csv', 'csv'],
  ['tsv', 'tsv'],
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
]);

/** Of the files that `parseTable` reads. */
export const tableEndings: readonly string[] = [...kinds.keys()];

/** What no system takes as a path is not one, and too much for a message. */
const LONGEST_PATH = 1000;

/** What the ending of a path says. Throws SENSORIUM_BAD_TABLE where it is not that of a table. */
export function tableKind(path: string): TableKind {
  const ending = /\.([^./\\]+)$/.exec(path)?.[1];
  const kind = ending === undefined ? undefined : kinds.get(ending.toLowerCase());
  if (kind) return kind;
  const file = path.length > LONGEST_PATH ? `…${path.slice(-LONGEST_PATH)}` : path;
  throw badTable(`"${file}" does not end as a table does`, { file }, 'Supported are .csv, .tsv, .jsonl and .ndjson.');
}

/** Throws SENSORIUM_BAD_TABLE where the ending of `path` is not that of a table. */
export function requireTableName(path: string): void {
  tableKind(path);
}

/**
 * A table of objects in memory. An empty text, null, undefined and a missing key are null; every other text, number,
 * boolean and object is a cell as it is. `name` stands in errors where a file's path would. Throws SENSORIUM_EMPTY_TABLE,
 * or SENSORIUM_BAD_TABLE for NaN, integers beyond 2^53 and functions.
 */
export function tableFromRecords(records: readonly object[], name: string): Table {
  return notEmpty(
    tableOf(
      records.map((record) => ({ record })),
      name,
    ),
  );
}

/** Throws SENSORIUM_MISSING_COLUMN, with the nearest columns that there are, unless the table has all `names`. */
export function requireColumns(table: Pick<Table, 'path' | 'columns'>, names: readonly string[]): void {
  const missing = names.filter((name) => !table.columns.includes(name));
  const [first] = missing;
  if (first === undefined) return;
  const delimiter = /\.[ct]sv$/i.test(table.path) ? delimiterIn(table.columns) : undefined;
  const suggestions = [...new Set(missing.flatMap((name) => nearest(name, table.columns) ?? []))];
  throw new SensoriumError({
    code: 'SENSORIUM_MISSING_COLUMN',
    message: `"${table.path}" has no column ${quoted(missing)}`,
    hint:
      (suggestions.length > 0 ? `Did you mean ${quoted(suggestions)}? ` : '') +
      `Its columns: ${listOf(table.columns)}.` +
      (delimiter
        ? ` There are ${delimiter} in them: is it these that stand between the cells? Put names in which they belong in quotes.`
        : ''),
    location: { file: table.path, key: first },
  });
}

/** Columns that are named in a hint. */
const MOST_NAMED = 50;

const listOf = (names: readonly string[]): string =>
  names.slice(0, MOST_NAMED).join(', ') + (names.length > MOST_NAMED ? `, and ${names.length - MOST_NAMED} more` : '');

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

function notEmpty(table: Table): Table {
  if (table.rows.length > 0) return table;
  throw emptyTable(table.path);
}

export const emptyTable = (path: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_EMPTY_TABLE',
    message: `"${path}" has no rows`,
    hint: 'A table needs a header and at least one row, or one JSON object.',
    location: { file: path },
  });
