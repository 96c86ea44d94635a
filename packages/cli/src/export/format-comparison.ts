import { formatScores } from '../terminal/metric.js';
import { formatTable } from '../terminal/table.js';
import { bytes, percent } from '../terminal/units.js';
import type { Comparison } from './compare.js';

/** What smaller weights change, for people. */
export function formatComparison(found: Comparison, left: readonly string[]): string {
  const { milliseconds, scores, outputs, same } = found;
  const sizes = formatTable(
    [{}, { title: 'before', align: 'right' }, { title: 'after', align: 'right' }],
    [
      ['size', bytes(found.bytes.before), bytes(found.bytes.after)],
      ['time per sample, on one thread', milli(milliseconds.before), milli(milliseconds.after)],
    ],
  );
  const differences = formatTable(
    [{ title: 'output' }, { title: 'largest difference', align: 'right' }, { title: 'mean', align: 'right' }],
    Object.entries(outputs).map(([name, { largest, mean }]) => [name, short(largest), short(mean)]),
  );
  const answers = Object.entries(same).map(
    ([head, share]) => `${head}: ${percent(share)} of the answers read as before`,
  );
  return [
    sizes,
    `${whereFrom(found)}:\n${[differences, ...answers].join('\n')}`,
    ...(scores
      ? [
          formatScores([
            { title: 'before', scores: scores.before },
            { title: 'after', scores: scores.after },
          ]),
          ...losses(scores),
        ]
      : ['No metric: there is no table with the right answers. --data names one.']),
    ...(left.length > 0 ? [`Too large for this form, and left as they were: ${left.join(', ')}`] : []),
  ].join('\n\n');
}

/** One sentence of it, for who has the folder alone. */
export function comparisonInShort(found: Comparison, precision: string): string {
  const { outputs, same } = found;
  const largest = Math.max(...Object.values(outputs).map((distance) => distance.largest));
  const answers = Object.entries(same).map(
    ([head, share]) => `of "${head}" ${percent(share)} of the answers read as before`,
  );
  return `Weights are stored as ${precision}: ${bytes(found.bytes.before)} became ${bytes(found.bytes.after)}. ${whereFrom(found)}, outputs differ by ${short(largest)} at most${answers.length > 0 ? `, and ${answers.join(', ')}` : ''}.`;
}

const whereFrom = ({ table, samples }: Comparison): string =>
  table === null
    ? `On ${samples} samples of random numbers, because no table is at hand (--data names one)`
    : `On ${samples} rows of ${table}`;

/** What became worse, said plainly. */
function losses({ before, after }: NonNullable<Comparison['scores']>): string[] {
  return Object.entries(before).flatMap(([head, { decides, metrics }]) => {
    const [old, now] = [metrics[decides], after[head]?.metrics[decides]];
    if (!old || !now) return [];
    const isWorse = old.better === 'higher' ? now.value < old.value : now.value > old.value;
    return isWorse ? [`${head}.${decides} became worse.`] : [`${head}.${decides} did not become worse.`];
  });
}

const milli = (value: number): string => `${value.toFixed(2)} ms`;
const short = (value: number): string => Number(value.toPrecision(2)).toString();
