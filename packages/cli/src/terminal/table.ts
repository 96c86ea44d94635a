import { styleText } from 'node:util';
import { plain } from './visible.js';
import { widthOf } from './width.js';

export interface Column {
  /** Default: left. */
  readonly align?: 'left' | 'right';
  readonly title?: string;
}

/** Rows of cells in aligned columns, below the titles if there are any. All of it is data: see `plain`. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(plain));
  const titles = columns.map(({ title = '' }) => plain(title));
  const sized = columns.map(({ align }, index) => {
    const width = Math.max(...[titles, ...cells].map((row) => widthOf(cellOf(row, index))));
    return { align, width };
  });
  const line = (row: readonly string[]): string =>
    sized
      .map(({ align, width }, index) => {
        const cell = cellOf(row, index);
        const space = ' '.repeat(width - widthOf(cell));
        return align === 'right' ? space + cell : cell + space;
      })
      .join('   ')
      .trimEnd();
  const head = titles.some(Boolean) ? [styleText('bold', line(titles))] : [];
  return [...head, ...cells.map(line)].join('\n');
}

function cellOf(row: readonly string[], index: number): string {
  const cell = row[index];
  if (cell === undefined) throw new Error(`a row of a table has ${row.length} cells, and a column ${index + 1}`);
  return cell;
}
