import type { Metric, Scores } from '@sensorium/contracts';
import { formatTable, type Column } from './table.js';
import { count, decimal } from './units.js';

/** `97.31 %` of a share, `12.3400 °` of other values with a unit. */
export const formatMetric = ({ value, unit }: Pick<Metric, 'value' | 'unit'>): string =>
  unit === '%' ? `${decimal(100 * value, 2)} %` : [decimal(value), unit].filter(Boolean).join(' ');

/** `54.6 … 81.9 %`, `10.1000 … 14.6000 °`; nothing where there is no interval. */
function formatInterval({ interval, unit }: Pick<Metric, 'interval' | 'unit'>): string {
  if (!interval) return '';
  const { low, high } = interval;
  if (unit === '%') return `${decimal(100 * low, 1)} … ${decimal(100 * high, 1)} %`;
  return `${decimal(low)} … ${formatMetric({ value: high, unit })}`;
}

/** The scores of all heads on one table. */
export interface ScoredTable {
  /** Of its column. */
  readonly title: string;
  /** Of the table, where people should know how many there were. */
  readonly rows?: number;
  readonly scores: Readonly<Record<string, Scores>>;
}

/**
 * A row for each metric of each head; an arrow points at the one by which models are compared. Where there are intervals, they
 * stand beside the values; where there is one table, its baselines stand behind them.
 */
export function formatScores(tables: readonly ScoredTable[]): string {
  const heads = [...new Set(tables.flatMap(({ scores }) => Object.keys(scores)))];
  const rows = heads.flatMap((head) => {
    const found = tables.flatMap(({ scores }) => scores[head] ?? []);
    const metrics = new Map(found.flatMap((scores) => Object.entries(scores.metrics)));
    return [...metrics].map(([name, { better, unit, baseline }]) => [
      head,
      name,
      ...tables.flatMap(({ scores }) => valueOf(scores[head]?.metrics[name])),
      baseline && tables.length === 1 ? `${formatMetric({ value: baseline.value, unit })} (${baseline.title})` : '',
      better === 'higher' ? '↑ higher' : '↓ lower',
      found.some(({ decides }) => decides === name) ? '←' : '',
    ]);
  });
  const columns: Column[] = [
    { title: 'head' },
    { title: 'metric' },
    ...tables.flatMap(({ title, rows }): Column[] => [
      { title: rows === undefined ? title : `${title}, n = ${count(rows)}`, align: 'right' },
      { title: levelOf(tables) },
    ]),
    { title: 'without a model' },
    { title: 'better' },
    {},
  ];
  return formatFilled(columns, rows);
}

/** A dash where one of the tables lacks what another has. */
const valueOf = (metric: Metric | undefined): [value: string, interval: string] =>
  metric ? [formatMetric(metric), formatInterval(metric)] : ['–', ''];

/** Intervals are all of one level. */
function levelOf(tables: readonly ScoredTable[]): string {
  const metrics = tables.flatMap(({ scores }) => Object.values(scores).flatMap((own) => Object.values(own.metrics)));
  const level = metrics.find(({ interval }) => interval)?.interval?.level;
  return level === undefined ? '' : `${decimal(100 * level, 0)} % interval`;
}

/** Without the columns that are empty. */
function formatFilled(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const filled = [...columns.keys()].filter((index) => rows.some((row) => row[index] !== ''));
  const only = <T>(all: readonly T[]): T[] => all.filter((_, index) => filled.includes(index));
  return formatTable(only(columns), rows.map(only));
}
