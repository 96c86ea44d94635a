import { required, type Panel } from '@sensorium/contracts';

/** A matrix of more labels would be a file of megabytes that nobody reads. */
const MOST_LABELS = 100;
/** Pairs that are listed instead. */
const MOST_PAIRS = 100;

/** How often each truth got each answer, in memory O(samples). */
export interface Confusion {
  add(truth: number, answer: number): void;
  /** Of each label, how often it is the truth. */
  truths(): readonly number[];
  panel(): Panel;
}

export function countConfusion(labels: readonly string[]): Confusion {
  const width = labels.length;
  const truths = new Array<number>(width).fill(0);
  /** truth · labels + answer → how often. */
  const counts = new Map<number, number>();
  return {
    add(truth, answer) {
      truths[truth] = required(truths[truth], `the label ${truth}`) + 1;
      const pair = truth * width + answer;
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    },
    truths: () => truths,
    panel: () => (width > MOST_LABELS ? pairsPanel(labels, truths, counts) : matrixPanel(labels, counts)),
  };
}

const matrixPanel = (labels: readonly string[], counts: ReadonlyMap<number, number>): Panel => ({
  kind: 'matrix',
  title: 'Truths and answers',
  meaning: 'How many samples of each label were answered with each.',
  rows: labels,
  columns: labels,
  counts: labels.map((_, truth) => labels.map((_, answer) => counts.get(truth * labels.length + answer) ?? 0)),
});

function pairsPanel(labels: readonly string[], truths: readonly number[], counts: ReadonlyMap<number, number>): Panel {
  const width = labels.length;
  const pairs = Array.from(counts, ([pair, count]) => ({
    truth: Math.floor(pair / width),
    answer: pair % width,
    count,
  }))
    .filter(({ truth, answer }) => truth !== answer)
    .sort((a, b) => b.count - a.count || a.truth - b.truth || a.answer - b.answer);
  const nameOf = (label: number): string => required(labels[label], `the label ${label}`);
  const number = (value: number): string => value.toLocaleString('en-US');
  return {
    kind: 'table',
    title: 'Labels most often taken for others',
    meaning:
      `A matrix of ${number(width)} labels would be too large; ` +
      `these are ${number(Math.min(MOST_PAIRS, pairs.length))} of the ${number(pairs.length)} pairs that were confused.`,
    columns: ['truth', 'answer', 'samples', 'of the truth’s'],
    rows: pairs
      .slice(0, MOST_PAIRS)
      .map(({ truth, answer, count }) => [
        nameOf(truth),
        nameOf(answer),
        count,
        required(truths[truth], `the label ${truth}`),
      ]),
  };
}
