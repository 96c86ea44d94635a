import type { Source } from '@sensorium/contracts';
import type { Row, Table } from '@sensorium/data';

/** Rows that are looked at. */
const MOST_ROWS = 2000;

/** Rows from all parts of a table, in its order. */
export function sampleRows({ rows }: Table): readonly Row[] {
  if (rows.length <= MOST_ROWS) return rows;
  const step = rows.length / MOST_ROWS;
  return rows.filter((_, index) => Math.floor((index + 1) / step) > Math.floor(index / step));
}

/** The cells of a column that are not empty. */
export const filledCells = (rows: readonly Row[], column: string): Source[] =>
  rows.flatMap(({ values }) => values[column] ?? []);

/**
 * Why nothing can be learned from a column; undefined where something may be.
 *
 * @param cells of all rows that are filled
 */
export function uselessBecause(cells: readonly Source[]): string | undefined {
  const [first] = cells;
  if (first === undefined) return 'all of its cells are empty';
  if (cells.length < 3) return undefined;
  if (cells.every((cell) => cell === first)) return 'the same stands in all rows';
  const start = Number(first);
  return cells.every((cell, index) => Number(cell) === start + index) ? 'it counts the rows' : undefined;
}
