import type { ComparedMetric, ComparedRow, Comparison, Spread } from '@sensorium/trainer';
import { formatMetric } from './metric.js';
import { formatTable, type Column } from './table.js';
import { bytes, count, decimal, duration, plural } from './units.js';

/** `74.82 ± 0.43 %`; a dash where there is nothing. */
function formatSpread(spread: Spread | null | undefined, unit?: string): string {
  if (!spread) return '–';
  const { mean, deviation } = spread;
  if (deviation === null) return formatMetric({ value: mean, unit });
  if (unit === '%') return `${decimal(100 * mean, 2)} ± ${decimal(100 * deviation, 2)} %`;
  return [decimal(mean), '±', decimal(deviation), unit].filter(Boolean).join(' ');
}

/** A row for each way to train, an arrow at the one that validation chooses; losses below, and what failed. */
export function formatComparison(comparison: Comparison): string {
  const { metrics, rows, best, seeds } = comparison;
  const tables = ['validation', 'test'] as const;
  const scored = metrics.flatMap((metric, index) =>
    tables.flatMap((table) =>
      rows.some(({ scores }) => scores[index]?.[table]) ? [{ metric, index, table } as const] : [],
    ),
  );
  const columns: Column[] = [
    {},
    ...scored.map(({ metric, table }): Column => ({ title: `${nameOf(metric)}, ${table}`, align: 'right' })),
    ...['parameters', 'training', 'memory'].map((title): Column => ({ title, align: 'right' })),
    {},
  ];
  const lines = rows.map((row) => [
    row.label,
    ...scored.map(({ metric, index, table }) => formatSpread(row.scores[index]?.[table], metric.unit)),
    row.parameters === null ? '–' : count(row.parameters),
    row.seconds ? duration(row.seconds.mean) : '–',
    row.memory === null ? '–' : bytes(row.memory),
    row.label === best ? '←' : '',
  ]);
  const over = seeds.length > 1 ? `Mean ± standard deviation over the seeds ${seeds.join(', ')}. ` : '';
  const chosen = best === null ? 'Nothing was held out to choose by.' : '← the best by validation.';
  return [formatTable(columns, lines), formatLosses(rows), formatFailures(rows), `${over}${chosen}`]
    .filter(Boolean)
    .join('\n\n');
}

const nameOf = ({ head, name }: ComparedMetric): string => (head === null ? 'loss' : `${head}.${name}`);

/** Where trainings have several losses: of heads, and of each input alone. */
function formatLosses(rows: readonly ComparedRow[]): string {
  const names = [...new Set(rows.flatMap(({ losses }) => Object.keys(losses)))];
  if (names.length === 0) return '';
  const shown = rows.filter(({ losses }) => Object.keys(losses).length > 0);
  return formatTable(
    [{ title: 'losses of the epoch that was kept' }, ...names.map((title): Column => ({ title, align: 'right' }))],
    shown.map(({ label, losses }) => [label, ...names.map((name) => formatSpread(losses[name]))]),
  );
}

function formatFailures(rows: readonly ComparedRow[]): string {
  const failed = rows.flatMap(({ label, runs, failure }) => {
    if (!failure) return [];
    const after = runs.length > 0 ? ` after ${plural(runs.length, 'seed')}` : '';
    return [[`${label} failed${after}`, `${failure.message}${failure.hint === undefined ? '' : `. ${failure.hint}`}`]];
  });
  return failed.length > 0 ? formatTable([{}, {}], failed) : '';
}
