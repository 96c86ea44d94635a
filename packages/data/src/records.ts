import type { ErrorLocation } from '@sensorium/contracts';
import type { Row, Table } from './row.js';
import { badTable } from './table-error.js';

/** Objects become rows. `lines` holds the line of each; the columns are all keys, in the order in which they appear. */
export function tableOf(records: readonly object[], lines: readonly number[], path: string): Table {
  const columns = [...new Set(records.flatMap(Object.keys))];
  const rows = records.map((record, index): Row => {
    const number = index + 1;
    const line = lines[index] ?? number;
    const values = new Map<string, unknown>(Object.entries(record));
    const cells = columns.map((key) => [key, cellOf(values.get(key), { file: path, line, row: number, key })]);
    return { number, line, values: Object.fromEntries(cells) as Row['values'] };
  });
  return { path, columns, rows };
}

function cellOf(value: unknown, location: ErrorLocation): string | null {
  switch (typeof value) {
    case 'undefined':
      return null;
    case 'string':
      return value === '' ? null : value;
    case 'boolean':
      return String(value);
    case 'number':
      return numberCell(value, location);
    default:
      if (value === null) return null;
      throw badTable(
        `a cell holds ${Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`}`,
        location,
        'A cell is a text, a number, true, false or null.',
      );
  }
}

/** Integers beyond 2^53 have lost digits already, and NaN is no value. */
function numberCell(value: number, location: ErrorLocation): string {
  if (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))) return String(value);
  throw badTable(`the number ${value} cannot be kept exactly`, location, 'Write it as a text, in quotes.');
}
