import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { SensoriumError } from '@sensorium/contracts';
import { readDelimited } from './delimited.js';
import { decodeUtf8 } from './decode-utf8.js';
import { ioError } from './io-error.js';
import { readJsonLines } from './json-lines.js';
import { nearest } from './nearest.js';
import { tableOf } from './records.js';
import type { Row, Table } from './row.js';
import { badTable } from './table-error.js';

export type { Row, Table };

type Reader = (text: string, path: string) => Table;

const readers: Readonly<Record<string, Reader>> = {
  '.csv': (text, path) => readDelimited(text, path, ','),
  '.tsv': (text, path) => readDelimited(text, path, '\t'),
  '.jsonl': readJsonLines,
  '.ndjson': readJsonLines,
};

/**
 * Reads a table in UTF-8 (with or without byte order mark): .csv and .tsv (RFC 4180, the first line names the columns),
 * .jsonl and .ndjson (an object a line; the columns are all keys). The whole table is held in memory. Blank lines are
 * skipped. An empty cell, null and a missing key are null.
 *
 * Throws SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION, SENSORIUM_IO; SENSORIUM_EMPTY_TABLE if there are no rows; and
 * SENSORIUM_BAD_TABLE, with line and row, for a broken quote, too many or few cells, invalid JSON, bytes that are not
 * UTF-8, two columns of one name or a file of another kind.
 */
export async function openTable(path: string, options: { signal?: AbortSignal } = {}): Promise<Table> {
  const read = readers[extname(path).toLowerCase()];
  if (!read) {
    throw badTable(
      `"${path}" is not a kind of table that can be read`,
      { file: path },
      'Supported are .csv, .tsv, .jsonl and .ndjson.',
    );
  }
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path, options);
  } catch (error) {
    throw ioError(error, path);
  }
  return notEmpty(read(decodeUtf8(bytes, path), path));
}

/**
 * A table of objects in memory: texts, numbers and booleans become text, an empty text, null and undefined become null.
 * `name` stands in errors where a file's path would. Throws SENSORIUM_EMPTY_TABLE, or SENSORIUM_BAD_TABLE for a value
 * of another type.
 */
export function tableFromRecords(records: readonly Readonly<Record<string, unknown>>[], name: string): Table {
  return notEmpty(tableOf(records, [], name));
}

/** Throws SENSORIUM_MISSING_COLUMN, with the nearest columns that there are, unless the table has all `names`. */
export function requireColumns(table: Table, names: readonly string[]): void {
  const missing = names.filter((name) => !table.columns.includes(name));
  const [first] = missing;
  if (first === undefined) return;
  const suggestions = [...new Set(missing.flatMap((name) => nearest(name, table.columns) ?? []))];
  throw new SensoriumError({
    code: 'SENSORIUM_MISSING_COLUMN',
    message: `"${table.path}" has no column ${quoted(missing)}`,
    hint:
      (suggestions.length > 0 ? `Did you mean ${quoted(suggestions)}? ` : '') +
      `Its columns: ${table.columns.join(', ')}.`,
    location: { file: table.path, key: first },
  });
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

function notEmpty(table: Table): Table {
  if (table.rows.length > 0) return table;
  throw new SensoriumError({
    code: 'SENSORIUM_EMPTY_TABLE',
    message: `"${table.path}" has no rows`,
    hint: 'A table needs a header and at least one row, or one JSON object.',
    location: { file: table.path },
  });
}
