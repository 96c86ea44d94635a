import type { Table } from '../table/row.js';
import { badTable } from '../table/table-error.js';

const words: Readonly<Record<string, string>> = { string: 'texts', number: 'numbers', boolean: 'true and false' };

/**
 * Throws SENSORIUM_BAD_TABLE for a column that holds numbers first and a text later, or the like: the same answer would count as
 * two.
 *
 * @param columns those that are looked at; default all
 */
export function checkTypes({ path, columns: all, rows }: Table, columns: readonly string[] = all): void {
  const first = new Map<string, string>();
  for (const { values, number, line, file = path } of rows) {
    for (const column of columns) {
      const cell = values[column];
      const type = typeof cell;
      if (words[type] === undefined) continue;
      const before = first.get(column) ?? type;
      first.set(column, before);
      if (type === before) continue;
      throw badTable(
        `the column "${column}" holds ${words[before]} until here, and now ${JSON.stringify(cell)}`,
        { file, ...(line !== undefined && { line }), row: number, key: column },
        'All cells of a column are of one type; an empty one is null.',
      );
    }
  }
}
