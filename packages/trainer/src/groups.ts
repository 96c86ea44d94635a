import type { Table } from '@sensorium/data';
import type { Parts } from '@sensorium/orchestrator';

/**
 * Rows that share a picture (or another file) belong together: else validation would measure how well the model knows
 * pictures that it was trained on. Texts repeat by nature and do not count. Undefined where nothing can be shared.
 */
export function groupsOf({ rows }: Table, parts: Parts): string[] | undefined {
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
