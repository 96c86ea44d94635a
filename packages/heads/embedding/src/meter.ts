import { SensoriumError, type Meter, type Metric, type Panel, type Scores } from '@sensorium/contracts';
import { collectVectors, type Direction } from './collect.js';
import { similaritiesOf, type Similarity } from './decode.js';
import { itemName } from './names.js';

/** Curves of recall go no further. */
const FURTHEST = 100;

/**
 * How well each input finds its partners of the others, in all directions; metrics are means over directions. The mean
 * reciprocal rank decides: it sees every rank, where recall at a cut is soon 0 or 1. A sample's badness is 1 − the mean cosine
 * of its inputs, 0 where it has but one.
 */
export function embeddingMeter(of: readonly string[]): Meter {
  const vectors = collectVectors(of);
  return {
    reads: of.flatMap((name) => [name, itemName(name)]),
    add(outputs) {
      vectors.add(outputs);
      return Float32Array.from(similaritiesOf(outputs, of), distance);
    },
    result() {
      const directions = vectors.directions();
      if (directions.length === 0) throw nothingToCompare(of);
      return scoresOf(directions);
    },
  };
}

const distance = (similarities: readonly Similarity[]): number =>
  similarities.length > 0 ? 1 - mean(similarities.map(({ cosine }) => cosine)) : 0;

function scoresOf(directions: readonly Direction[]): Scores {
  const over = (measure: (direction: Direction) => number): number => mean(directions.map(measure));
  return {
    decides: 'meanReciprocalRank',
    metrics: {
      meanReciprocalRank: {
        value: over(reciprocalRank),
        better: 'higher',
        title: 'mean reciprocal rank',
        meaning: 'The mean of 1 / rank of the right one: 1 where it is always the first to be found.',
      },
      ...Object.fromEntries([1, 5, 10].map((cut) => [`recall${cut}`, recallMetric(cut, over)])),
      medianRank: {
        value: over(({ ranks }) => median(ranks)),
        better: 'lower',
        title: 'median rank',
        meaning: 'In half of the searches the right one is found at this place or before.',
      },
    },
    panels: [tableOf(directions), curveOf(directions)],
  };
}

function recallMetric(cut: number, over: (measure: (direction: Direction) => number) => number): Metric {
  const chance = over(({ candidates }) => Math.min(1, cut / candidates));
  return {
    value: over(recallAt(cut)),
    better: 'higher',
    title: `recall at ${cut}`,
    meaning: `How often the right one is among the first ${cut} found. By chance: ${percent(chance)}.`,
    unit: '%',
  };
}

const tableOf = (directions: readonly Direction[]): Panel => ({
  kind: 'table',
  title: 'Searches',
  meaning: 'How well one input finds its partner among all different ones of the other.',
  columns: [
    'search',
    'candidates',
    'recall at 1',
    'recall at 5',
    'recall at 10',
    'median rank',
    'mean reciprocal rank',
  ],
  rows: directions.map((direction) => [
    nameOf(direction),
    direction.candidates,
    ...[1, 5, 10].map((cut) => percent(recallAt(cut)(direction))),
    median(direction.ranks),
    reciprocalRank(direction).toFixed(3),
  ]),
});

function curveOf(directions: readonly Direction[]): Panel {
  const furthest = Math.min(FURTHEST, Math.max(...directions.map(({ candidates }) => candidates)));
  const lineOf = (direction: Direction) =>
    Array.from({ length: furthest }, (_, index) => [index + 1, recallAt(index + 1)(direction)] as const);
  return {
    kind: 'curve',
    title: 'Recall',
    meaning: 'How often the right one is among the first k that are found.',
    x: 'k',
    y: 'recall at k',
    lines: Object.fromEntries(directions.map((direction) => [nameOf(direction), lineOf(direction)])),
  };
}

const nameOf = ({ from, to }: Direction): string => `${from} → ${to}`;
const recallAt =
  (cut: number) =>
  ({ ranks }: Direction): number =>
    mean(ranks.map((rank) => Number(rank <= cut)));
const reciprocalRank = ({ ranks }: Direction): number => mean(ranks.map((rank) => 1 / rank));

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Of an even number of values, the mean of the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return mean(sorted.slice(Math.floor(middle), Math.ceil(middle) + 1));
}

const nothingToCompare = (of: readonly string[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_BAD_TABLE',
    message: `no row has two of ${of.join(', ')}, so that nothing can be compared`,
    hint: 'Check which columns the inputs read.',
  });
