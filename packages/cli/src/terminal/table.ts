import { styleText } from 'node:util';
import { widthOf } from './width.js';

export interface Column {
  /** Default: left. */
  readonly align?: 'left' | 'right';
  readonly title?: string;
}

/** Rows of cells in aligned columns, below the titles if there are any. Control characters in cells become spaces. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(plain));
  const titles = columns.map(({ title = '' }) => title);
  const widths = columns.map((_, index) => Math.max(...[titles, ...cells].map((row) => widthOf(row[index] ?? ''))));
  const line = (row: readonly string[]): string =>
    columns
      .map(({ align }, index) => {
        const cell = row[index] ?? '';
        const space = ' '.repeat((widths[index] ?? 0) - widthOf(cell));
        return align === 'right' ? space + cell : cell + space;
      })
      .join('   ')
      .trimEnd();
  const head = titles.some(Boolean) ? [styleText('bold', line(titles))] : [];
  return [...head, ...cells.map(line)].join('\n');
}

/** Text from data must not move the cursor or break a line. */
export const plain = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');
