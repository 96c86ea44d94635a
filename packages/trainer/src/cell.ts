import { SensoriumError, type ErrorLocation } from '@sensorium/contracts';
import type { Row, Table } from '@sensorium/data';

/** A cell of a table that is not empty. */
export interface Cell {
  readonly table: Table;
  readonly row: Row;
  readonly column: string;
  readonly text: string;
}

/** Every distinct value of a column, in the order of the table, where it occurs first. */
export function distinctCells(table: Table, column: string): Cell[] {
  const cells = new Map<string, Cell>();
  for (const row of table.rows) {
    const text = row.values[column] ?? null;
    if (text !== null && !cells.has(text)) cells.set(text, { table, row, column, text });
  }
  return [...cells.values()];
}

export const locationOf = ({ table, row, column }: Omit<Cell, 'text'>): ErrorLocation => ({
  file: table.path,
  line: row.line,
  row: row.number,
  key: column,
});

/** The error of a cell's content, placed where somebody can correct it: in the table. Its message names the content. */
export function atCell(error: unknown, cell: Omit<Cell, 'text'>): unknown {
  if (!SensoriumError.is(error)) return error;
  const { code, message, hint, cause } = error;
  return new SensoriumError({ code, message, hint, cause, location: locationOf(cell) });
}
