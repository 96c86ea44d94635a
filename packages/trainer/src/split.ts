import { SensoriumError } from '@sensorium/contracts';
import { splitRows, type Split, type Table } from '@sensorium/data';
import type { Parts } from '@sensorium/orchestrator';

/**
 * Holds out a share of the training table for validation; rows that share a picture (or another file) stay together: else
 * validation would measure how well the model knows pictures that it was trained on. Texts repeat by nature and do not
 * count. Throws SENSORIUM_BAD_TABLE where there is nothing to hold out, or one row.
 */
export function splitTable(table: Table, parts: Parts, share: number, seed: number): Split {
  const count = table.rows.length;
  const split = splitRows(count, share, seed, groupsOf(table, parts));
  if (count < 2) throw badTable(table, 'the table has one row, and training needs at least two', 'Add rows.');
  if (share > 0 && split.held.length === 0) {
    throw badTable(
      table,
      'all rows share pictures with each other, so none can be held out for validation',
      'Name a table in data.validation, or set training.validation to 0.',
    );
  }
  return split;
}

const badTable = (table: Table, message: string, hint: string): SensoriumError =>
  new SensoriumError({ code: 'SENSORIUM_BAD_TABLE', message, hint, location: { file: table.path } });

/** A name for every row's group. Undefined where nothing can be shared. */
function groupsOf({ rows }: Table, parts: Parts): string[] | undefined {
  const columns = Object.values(parts.inputs)
    .filter(({ modality }) => modality !== 'text')
    .map(({ settings }) => settings.column);
  if (columns.length === 0) return undefined;
  const roots = rows.map((_, row) => row);
  const find = (row: number): number => {
    let root = row;
    while (roots[root] !== root) root = roots[root] ?? root;
    roots[row] = root;
    return root;
  };
  for (const column of columns) {
    const first = new Map<string, number>();
    for (const [row, { values }] of rows.entries()) {
      const cell = values[column] ?? null;
      if (cell === null) continue;
      const other = first.get(cell);
      if (other === undefined) first.set(cell, row);
      else roots[find(row)] = find(other);
    }
  }
  return rows.map((_, row) => String(find(row)));
}
