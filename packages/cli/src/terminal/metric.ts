import type { Metric, Scores } from '@sensorium/contracts';
import { formatTable, type Column } from './table.js';
import { decimal } from './units.js';

/** `97.31 %` of a share, `12.3400 °` of other values with a unit. */
export const formatMetric = ({ value, unit }: Pick<Metric, 'value' | 'unit'>): string =>
  unit === '%' ? `${decimal(100 * value, 2)} %` : [decimal(value), unit].filter(Boolean).join(' ');

/** The scores of all heads on one table. */
export interface ScoredTable {
  /** Of its column. */
  readonly title: string;
  readonly scores: Readonly<Record<string, Scores>>;
}

/** A row for each metric of each head; an arrow points at the one by which models are compared. */
export function formatScores(tables: readonly ScoredTable[]): string {
  const heads = [...new Set(tables.flatMap(({ scores }) => Object.keys(scores)))];
  const rows = heads.flatMap((head) => {
    const found = tables.flatMap(({ scores }) => scores[head] ?? []);
    const metrics = new Map(found.flatMap((scores) => Object.entries(scores.metrics)));
    return [...metrics].map(([name, { better }]) => [
      head,
      name,
      ...tables.map(({ scores }) => valueOf(scores[head]?.metrics[name])),
      better === 'higher' ? '↑ higher' : '↓ lower',
      found.some(({ decides }) => decides === name) ? '←' : '',
    ]);
  });
  const columns = tables.map(({ title }): Column => ({ title, align: 'right' }));
  return formatTable([{ title: 'head' }, { title: 'metric' }, ...columns, { title: 'better' }, {}], rows);
}

/** A dash where one of the tables lacks what another has. */
const valueOf = (metric: Metric | undefined): string => (metric ? formatMetric(metric) : '–');
