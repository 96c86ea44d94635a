import { required, SensoriumError } from '@sensorium/contracts';
import { noRecord, splitRows, type Split, type Table } from '@sensorium/data';
import { itemsOf, type Cell, type ColumnRef } from './cell.js';
import type { DataColumn } from './data-column.js';
import { identityOf } from './identity.js';
import type { OpenTable } from './open-table.js';

export interface SplitOptions {
  readonly columns: readonly DataColumn[];
  /** The column whose values keep rows together; none where undefined. */
  readonly groups: string | undefined;
  /** Of the rows that is held out, 0…1. */
  readonly share: number;
  readonly seed: number;
}

/**
 * Holds out a share of the training table for validation. Rows that share a value of an exclusive modality (a picture) or a
 * group stay together: else validation would measure how well the model knows what it was trained on. Throws
 * SENSORIUM_BAD_TABLE where there is nothing to hold out, or one row.
 */
export async function splitTable(open: OpenTable, { columns, groups, share, seed }: SplitOptions): Promise<Split> {
  const { table } = open;
  if (table.rows.length < 2)
    throw badTable(table, 'the table has one row, and training needs at least two', 'Add rows.');
  const exclusive = columns.filter(({ modality }) => modality.exclusive);
  const grouping: ColumnRef[] = groups === undefined ? [] : [{ column: groups, many: null }];
  const split = splitRows(table.rows.length, share, seed, await groupsOf(open, [...exclusive, ...grouping]));
  if (share === 0 || split.held.length > 0) return split;
  const shared = [...exclusive.map(({ key }) => key), ...(groups === undefined ? [] : ['data.groups'])];
  throw badTable(
    table,
    `all rows hang together by values that they share (${shared.join(', ')}), so none can be held out for validation`,
    'Name a table in data.validation, or set training.validation to 0.',
  );
}

const badTable = (table: Table, message: string, hint: string): SensoriumError =>
  new SensoriumError({ code: 'SENSORIUM_BAD_TABLE', message, hint, location: { file: table.path } });

/** A name for every row's group: rows that share a value of some of the columns, and those that share one with these. */
async function groupsOf(open: OpenTable, columns: readonly ColumnRef[]): Promise<string[]> {
  const roots = Array.from(open.table.rows.keys());
  const find = (row: number): number => {
    let root = row;
    for (let above = rootOf(roots, root); above !== root; above = rootOf(roots, root)) root = above;
    roots[row] = root;
    return root;
  };
  for (const column of columns) {
    const { cells, positions } = await open.values(column);
    const items = await Promise.all(cells.map(identitiesOf));
    const first = new Map<string, number>();
    for (const [row, position] of positions.entries()) {
      if (position === noRecord) continue;
      for (const item of required(items[position], 'a value of the table')) {
        const other = first.get(item) ?? row;
        first.set(item, other);
        roots[find(row)] = find(other);
      }
    }
  }
  return roots.map((_, row) => String(find(row)));
}

/** Of each value in a cell. */
const identitiesOf = (cell: Cell): Promise<string[]> =>
  Promise.all(itemsOf(cell).map(async (item) => identityOf(item)));

const rootOf = (roots: readonly number[], row: number): number => required(roots[row], 'a row of the table');
