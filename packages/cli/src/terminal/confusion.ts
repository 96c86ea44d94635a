import type { Scores } from '@sensorium/contracts';
import { formatTable, type Column } from './table.js';
import { count } from './units.js';
import { cut } from './width.js';

/** With more labels the matrix does not fit on a screen. */
const MOST_LABELS = 15;
const LABEL_WIDTH = 24;

/** The matrix, its columns named by letters, as Weka has it. Nothing where it would not fit. */
export function formatConfusion({ labels, counts }: NonNullable<Scores['confusion']>): string | undefined {
  if (labels.length > MOST_LABELS) return undefined;
  const letters = labels.map((_, index) => String.fromCharCode('a'.charCodeAt(0) + index));
  const columns: Column[] = [
    { title: '' },
    { title: 'truth ↓  answer →' },
    ...letters.map((title): Column => ({ title, align: 'right' })),
  ];
  const rows = labels.map((label, index) => [
    letters[index] ?? '',
    cut(label, LABEL_WIDTH),
    ...(counts[index] ?? []).map((value) => (value === 0 ? '·' : count(value))),
  ]);
  return formatTable(columns, rows);
}
