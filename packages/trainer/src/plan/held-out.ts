import type { ResolvedManifest } from '@sensorium/contracts';
import type { Split } from '@sensorium/data';
import type { DataColumn } from '../data/data-column.js';
import type { OpenTable } from '../data/open-table.js';
import type { Tables } from '../data/table.js';

/** A sentence for people: what validates, and how it was chosen. */
export function describeHeldOut(
  { training, data }: ResolvedManifest,
  tables: Tables<OpenTable>,
  columns: readonly DataColumn[],
  split: Split,
): string {
  const { train, validation } = tables;
  if (validation) return `${rows(validation.table.rows.length)} of ${nameOf(validation)}`;
  if (split.held.length === 0) return 'nothing: the last epoch is kept, and nothing tells how good it is';
  const share = `${Math.round(100 * training.validation)} %`;
  const held = `${rows(split.held.length)}, ${share} of the ${rows(train.table.rows.length)} of ${nameOf(train)}, drawn by chance`;
  const together = [
    ...columns.filter(({ modality }) => modality.exclusive).map(({ key }) => `a value of ${key}`),
    ...(data.groups === undefined ? [] : [`a value of ${data.groups}`]),
  ];
  return together.length > 0 ? `${held}; those that share ${together.join(' or ')} stay together` : held;
}

const rows = (count: number): string => (count === 1 ? '1 row' : `${count.toLocaleString('en')} rows`);

/** The file without its folders. */
const nameOf = ({ table }: OpenTable): string => table.path.replace(/^.*[/\\]/, '');
