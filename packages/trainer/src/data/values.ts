import { required } from '@sensorium/contracts';
import { noRecord, type Table } from '@sensorium/data';
import { atCell, sourceAt, type Cell, type ColumnRef } from './cell.js';
import { identityOf } from './identity.js';

/** What a column holds. */
export interface Values {
  /** Every different value once, in the order of the table: the cell where it stands first. */
  readonly cells: readonly Cell[];
  /** By cell: what cells of equal content share. */
  readonly identities: readonly string[];
  /** [rows]: the position of each row's value among the cells; `noRecord` where there is none. */
  readonly positions: Uint32Array;
}

/** Throws SENSORIUM_BAD_TABLE for a cell whose content cannot be read. */
export async function readValues(table: Table, ref: ColumnRef): Promise<Values> {
  const cells: Cell[] = [];
  const known = new Map<string, number>();
  const positions = new Uint32Array(table.rows.length).fill(noRecord);
  for (const [index, row] of table.rows.entries()) {
    const place = { table, row, column: ref.column, many: ref.many };
    const source = sourceAt(place);
    if (source === null) continue;
    const cell: Cell = { ...place, source };
    const found = identify(cell);
    const identity = typeof found === 'string' ? found : await found;
    const position = known.get(identity) ?? cells.push(cell) - 1;
    known.set(identity, position);
    positions[index] = position;
  }
  return { cells, identities: [...known.keys()], positions };
}

/** Only objects need a promise: a table may have a million texts. */
function identify(cell: Cell): string | Promise<string> {
  const identity = identityOf(cell.source);
  if (typeof identity === 'string') return identity;
  return identity.catch((error: unknown) => {
    throw atCell(error, cell);
  });
}

/** A row's cell; undefined where it is empty. Throws SENSORIUM_UNEXPECTED for a row that is not in the table. */
export function cellOfRow({ cells, positions }: Values, row: number): Cell | undefined {
  const position = required(positions[row], `row ${row}`);
  return position === noRecord ? undefined : required(cells[position], `the value of row ${row}`);
}
