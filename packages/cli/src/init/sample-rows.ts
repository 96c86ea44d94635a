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
  rows.flatMap(({ values }) => values[column] ?? null ?? []);

/** Why nothing can be learned from a column; undefined where something may be. */
export function uselessBecause(cells: readonly Source[]): string | undefined {
  if (cells.length === 0) return 'all of its cells are empty';
  if (cells.length === 1) return undefined;
  const numbers = cells.map(Number);
  if (new Set(cells).size === 1) return 'the same stands in all rows';
  const step = (numbers[1] ?? NaN) - (numbers[0] ?? NaN);
  const isCount = numbers.every((value, index) => index === 0 || value - (numbers[index - 1] ?? NaN) === step);
  return isCount && cells.length > 2 ? 'it counts the rows' : undefined;
}
