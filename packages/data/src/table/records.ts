import type { ErrorLocation, Source } from '@sensorium/contracts';
import type { Row, Table } from './row.js';
import { badTable } from './table-error.js';

/** An object that becomes a row, and the line on which it stands, where it comes from a file. */
export interface TableRecord {
  readonly record: object;
  readonly line?: number;
}

/** Objects become rows; the columns are all keys, in the order in which they appear. */
export function tableOf(records: readonly TableRecord[], path: string): Table {
  const columns = [...new Set(records.flatMap(({ record }) => Object.keys(record)))];
  return { path, columns, rows: records.map((one, index) => rowOf(one, index + 1, columns, path)) };
}

/** Throws SENSORIUM_BAD_TABLE for a value that is no cell. */
export function rowOf({ record, line }: TableRecord, number: number, columns: readonly string[], path: string): Row {
  const values = new Map<string, unknown>(Object.entries(record));
  const place = { file: path, ...(line !== undefined && { line }), row: number };
  const cells = columns.map((key) => [key, cellOf(values.get(key), { ...place, key })] as const);
  return { number, ...(line !== undefined && { line }), values: Object.fromEntries(cells) };
}

function cellOf(value: unknown, location: ErrorLocation): Source | null {
  switch (typeof value) {
    case 'undefined':
      return null;
    case 'string':
      return value === '' ? null : value;
    case 'number':
      return numberCell(value, location);
    case 'boolean':
    case 'object':
      return value;
    default:
      throw badTable(
        `a cell holds a value of type ${typeof value}`,
        location,
        'A cell is a text, a number, true, false, null, a list or an object.',
      );
  }
}

/** Integers beyond 2^53 have lost digits already, and NaN is no value. */
function numberCell(value: number, location: ErrorLocation): number {
  if (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))) return value;
  throw badTable(`the number ${value} cannot be kept exactly`, location, 'Write it as a text, in quotes.');
}
