import { styleText } from 'node:util';
import type { Checked, Look, Planned } from '@sensorium/trainer';
import { formatMetric } from './metric.js';
import { formatTable } from './table.js';
import { count, plural } from './units.js';

/** What stands in the tables, in `room` columns of a terminal: rows, what is held out, and for each column that is read what it holds. */
export function formatData({ rows, heldOut, columns, media }: Checked, room: number): string {
  const tables = [
    ['train', plural(rows.train, 'row')],
    ['validate', heldOut],
    ...(rows.test > 0 ? [['test', plural(rows.test, 'row')]] : []),
  ];
  const own = columns.flatMap((column) => {
    const [first = '', ...others] = linesOf(column, media);
    return [[nameOf(column.key), first], ...others.map((line) => ['', line])];
  });
  return formatTable([{}, {}], [...tables, ...own], room);
}

type Column = Checked['columns'][number];

/** What a column holds, and what always the same answer would reach. */
function linesOf({ key, values, missing, facts, baseline }: Column, media: readonly Look[]): string[] {
  const looks = media.filter((look) => look.key === key);
  const [first = `${count(values)} different values`, ...others] = [...looks.map(formatLook), ...facts];
  return [
    [first, ...others, ...(missing > 0 ? [`missing in ${plural(missing, 'row')}`] : [])].join('; '),
    ...(baseline ? [`${formatMetric(baseline)} ${baseline.metric} by ${baseline.title}`] : []),
  ];
}

/** `4,000 files of the train table, all found` */
function formatLook({ table, sources, found }: Look): string {
  const there = found < sources ? `the first ${count(found)} found` : 'all found';
  return `${plural(sources, 'file')} of the ${table} table, ${there}`;
}

/** `image` of `inputs.image` */
const nameOf = (key: string): string => key.replace(/^\w+\./, '');

/** What may well be wrong, each with what to do, one below the other. */
export const formatWarnings = (warnings: Planned['warnings'], stream: NodeJS.WriteStream = process.stdout): string =>
  warnings
    .map(({ key, message, hint }) => {
      const what = key === undefined || message.includes(key) ? message : `${key}: ${message}`;
      return `${styleText('yellow', '!', { stream })} ${what}\n  → ${hint}`;
    })
    .join('\n');
