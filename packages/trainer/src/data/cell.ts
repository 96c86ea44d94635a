import { SensoriumError, type ErrorLocation, type Source } from '@sensorium/contracts';
import type { Row, Table } from '@sensorium/data';

/** Where the values of a part stand in a table. */
export interface ColumnRef {
  /** A column; or several, whose cells are one value. */
  readonly column: string | readonly string[];
  /** A cell holds a list of so many values at most; null: one value. */
  readonly many: number | null;
}

/** A place in a table. */
export interface Place extends ColumnRef {
  readonly table: Pick<Table, 'path'>;
  readonly row: Row;
}

/** A cell that is not empty; or several of a row that are one value. */
export interface Cell extends Place {
  readonly source: Source;
}

/**
 * What stands at a place: of several columns an object by their names, of a column of many values a list of them. Null
 * where all cells are empty, and for an empty list. Throws SENSORIUM_BAD_TABLE for a text that begins as a list of JSON and
 * is none.
 */
export function sourceAt(place: Place): Source | null {
  const source = rawSource(place);
  if (place.many === null || source === null) return source;
  const list = listOf(source, place);
  return list.length === 0 ? null : list;
}

function rawSource({ row, column }: Place): Source | null {
  if (typeof column === 'string') return cellOf(row, column);
  const cells = column.map((name) => [name, cellOf(row, name)] as const);
  return cells.every(([, cell]) => cell === null) ? null : Object.fromEntries(cells);
}

function cellOf({ values, number }: Row, column: string): Source | null {
  const cell = values[column];
  if (cell !== undefined) return cell;
  throw new SensoriumError({
    code: 'SENSORIUM_UNEXPECTED',
    message: `row ${number} has no column "${column}", although the table was checked for it`,
    hint: 'This is a mistake in Sensorium. Please report it.',
  });
}

/** Cells of CSV are texts: a list is one of JSON there. */
function listOf(source: Source, place: Place): readonly Source[] {
  if (Array.isArray(source)) return source as readonly Source[];
  if (typeof source !== 'string' || !source.startsWith('[')) return [source];
  try {
    return JSON.parse(source) as readonly Source[];
  } catch (cause) {
    throw new SensoriumError({
      code: 'SENSORIUM_BAD_TABLE',
      message: `the cell begins as a list and is not valid JSON: ${(cause as Error).message}`,
      hint: 'A list of values is written as JSON, ["a.png", "b.png"], and one value alone as it is.',
      location: locationOf(place),
      cause,
    });
  }
}

/** The values in a cell: those of its list, or the one. */
export const itemsOf = ({ source, many }: Cell): readonly Source[] =>
  many === null ? [source] : (source as readonly Source[]);

/** The names of a column, or of several. */
export const namesOf = ({ column }: ColumnRef): readonly string[] => (typeof column === 'string' ? [column] : column);

export const locationOf = ({ table, row, ...ref }: Place): ErrorLocation => ({
  file: row.file ?? table.path,
  ...(row.line !== undefined && { line: row.line }),
  row: row.number,
  key: namesOf(ref).join(', '),
});

/** The error of a cell's content, placed where somebody can correct it: in the table. Its message names the content. */
export function atCell(error: unknown, place: Place): unknown {
  if (!SensoriumError.is(error)) return error;
  const { code, message, hint, cause } = error;
  return new SensoriumError({ code, message, hint, cause, location: locationOf(place) });
}
