import type { ErrorLocation, Source } from '@sensorium/contracts';
import type { Row } from './row.js';
import { badTable } from './table-error.js';

/** As many as spreadsheets have. */
const MOST_COLUMNS = 16_384;
/** Empty cells that a table may have for each that is not, beyond the first million. */
const [MOST_EMPTY, FIRST_EMPTY] = [32, 2 ** 20];

/** The columns that all rows of a table have. */
export interface RowShape {
  readonly columns: readonly string[];
  /** @param cells as many as there are columns */
  values(cells: readonly (Source | null)[]): Row['values'];
}

/** Throws SENSORIUM_BAD_TABLE for more columns than a table may have. */
export function rowShape(columns: readonly string[], location: ErrorLocation): RowShape {
  checkColumns(columns.length, location);
  const empty: Readonly<Record<string, null>> = Object.fromEntries(columns.map((name) => [name, null]));
  return {
    columns,
    values(cells) {
      // V8 keeps the names of copies once, and makes them ten times as fast as objects from entries.
      const values: Record<string, Source | null> = { ...empty };
      for (const [index, name] of columns.entries()) values[name] = cells[index] ?? null;
      return values;
    },
  };
}

/** Throws SENSORIUM_BAD_TABLE. */
export function checkColumns(count: number, location: ErrorLocation): void {
  if (count <= MOST_COLUMNS) return;
  throw badTable(
    `there are ${number(count)} columns; a table has at most ${number(MOST_COLUMNS)}`,
    location,
    'Many numbers that are one value belong into one cell, as a JSON list, or into a file for each row.',
  );
}

/** Throws SENSORIUM_BAD_TABLE where every few rows bring keys of their own, so that nearly all cells would be empty. */
export function checkDensity(rows: number, columns: number, values: number, path: string): void {
  if (rows * columns - values <= FIRST_EMPTY + MOST_EMPTY * values) return;
  throw badTable(
    `the ${number(rows)} rows have ${number(columns)} different keys, and each of them only a few: nearly all cells would be empty`,
    { file: path },
    'All rows have the same keys, which name the columns. What differs from row to row belongs into a value.',
  );
}

const number = (value: number): string => value.toLocaleString('en-US');
