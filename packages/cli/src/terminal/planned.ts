import { styleText } from 'node:util';
import type { Planned } from '@sensorium/trainer';
import { formatMetric } from './metric.js';
import { formatTable } from './table.js';
import { count, plural } from './units.js';

/** What stands in the tables: rows, what is held out, and a line for each column that is read. */
export function formatData({ rows, heldOut, columns }: Planned): string {
  const test = rows.test > 0 ? `; ${plural(rows.test, 'row')} to test` : '';
  const cells = columns.map(({ key, values, missing, facts, baseline }) => {
    const told = [...(missing > 0 ? [`missing in ${plural(missing, 'row')}`] : []), ...facts];
    const constant = baseline ? [`${baseline.metric} ${formatMetric(baseline)} by ${baseline.title}`] : [];
    return [key, `${count(values)} different`, [told.join('; '), ...constant].filter(Boolean).join(' · ')];
  });
  return [
    `${plural(rows.train, 'row')} to train on; ${heldOut}${test}`,
    formatTable([{}, { align: 'right' }, {}], cells),
  ].join('\n');
}

/** What may well be wrong, each with what to do, one below the other. */
export const formatWarnings = (warnings: Planned['warnings'], stream: NodeJS.WriteStream = process.stdout): string =>
  warnings
    .map(({ key, message, hint }) => {
      const what = key === undefined || message.includes(key) ? message : `${key}: ${message}`;
      return `${styleText('yellow', '!', { stream })} ${what}\n  → ${hint}`;
    })
    .join('\n');
