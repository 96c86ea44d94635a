import { styleText } from 'node:util';
import { fitted, wrapped } from './fit.js';
import { plain } from './visible.js';
import { roomOn, widthOf } from './width.js';

export interface Column {
  /** Default: left. */
  readonly align?: 'left' | 'right';
  readonly title?: string;
}

/** Between columns. */
export const GAP = '   ';

/**
 * Rows of cells in aligned columns, below the titles if there are any. Where they are wider than `room`, texts go on in the next
 * line; numbers never do. By default a table fits the terminal, and has all the room of a file. All of it is data: see `plain`.
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  room = roomOn(process.stdout),
): string {
  const cells = rows.map((row) => row.map(plain));
  const titles = columns.map(({ title = '' }) => plain(title));
  const sized = fitted(
    columns.map(({ align }, index) => ({
      align,
      texts: [titles, ...cells].map((row) => cellOf(row, index)),
      isRigid: align === 'right',
    })),
    room - GAP.length * (columns.length - 1),
  );
  const head = titles.some(Boolean) ? linesOf(titles, sized).map((line) => styleText('bold', line)) : [];
  return [...head, ...cells.flatMap((row) => linesOf(row, sized))].join('\n');
}

interface Sized extends Pick<Column, 'align'> {
  readonly width: number;
}

/** A row, of more lines than one where a cell is wrapped. */
function linesOf(row: readonly string[], columns: readonly Sized[]): string[] {
  const cells = columns.map(({ width }, index) => wrapped(cellOf(row, index), width));
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) =>
    columns
      .map(({ align, width }, index) => {
        const text = cells[index]?.[line] ?? '';
        const space = ' '.repeat(width - widthOf(text));
        return align === 'right' ? space + text : text + space;
      })
      .join(GAP)
      .trimEnd(),
  );
}

function cellOf(row: readonly string[], index: number): string {
  const cell = row[index];
  if (cell === undefined) throw new Error(`a row of a table has ${row.length} cells, and a column ${index + 1}`);
  return cell;
}
