import {
  required,
  SensoriumError,
  type Detail,
  type Estimate,
  type Meter,
  type Metric,
  type Panel,
} from '@sensorium/contracts';
import { estimates } from '@sensorium/statistics';
import { collectVectors, type Direction } from './collect.js';
import { similaritiesOf, type Similarity } from './decode.js';
import { itemName } from './names.js';
import { CUTS, mean, median, recallAt, reciprocalRank, tallyOfRanks } from './tally.js';

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
    details(outputs) {
      const shown = collectVectors(of);
      shown.add(outputs);
      return placesOf(shown.directions(), similaritiesOf(outputs, of).length);
    },
    result(options) {
      const directions = vectors.directions();
      if (directions.length === 0) throw nothingToCompare(of);
      return {
        decides: 'meanReciprocalRank',
        metrics: metricsOf(directions, options),
        panels: [tableOf(directions), curveOf(directions)],
      };
    },
  };
}

const distance = (similarities: readonly Similarity[]): number =>
  similarities.length > 0 ? 1 - mean(similarities.map(({ cosine }) => cosine)) : 0;

/** For each of some samples that are shown together, at which place it finds its own among them. */
function placesOf(directions: readonly Direction[], count: number): Detail[][] {
  const details = Array.from({ length: count }, (): Detail[] => []);
  for (const direction of directions) {
    const { samples, ranks, candidates } = direction;
    if (candidates < 2) continue;
    for (const [index, sample] of samples.entries()) {
      const text = `place ${required(ranks[index], 'a rank')} of ${candidates} shown`;
      required(details[sample], 'a sample').push({ title: nameOf(direction), text });
    }
  }
  return details;
}

/** Their intervals say what other searches among the same candidates would change. */
function metricsOf(directions: readonly Direction[], options: Parameters<Meter['result']>[0]): Record<string, Metric> {
  const searches = estimates(tallyOfRanks);
  for (const direction of directions) for (const rank of direction.ranks) searches.add({ rank, direction });
  const found = searches.result(options);
  const of = (name: string): Estimate => required(found[name], `the value "${name}"`);
  /** Every place among the candidates is as probable as every other. */
  const byChance = (measure: (candidates: number) => number): Metric['baseline'] => ({
    value: mean(directions.map(({ candidates }) => measure(candidates))),
    title: 'by chance',
  });
  return {
    meanReciprocalRank: {
      ...of('meanReciprocalRank'),
      better: 'higher',
      title: 'mean reciprocal rank',
      meaning: 'The mean of 1 / rank of the right one: 1 where it is always the first to be found.',
      baseline: byChance((candidates) => reciprocalRank(Array.from({ length: candidates }, (_, index) => index + 1))),
    },
    ...Object.fromEntries(
      CUTS.map((cut): [string, Metric] => [
        `recall${cut}`,
        {
          ...of(`recall${cut}`),
          better: 'higher',
          title: `recall at ${cut}`,
          meaning: `How often the right one is among the first ${cut} found.`,
          unit: '%',
          baseline: byChance((candidates) => Math.min(1, cut / candidates)),
        },
      ]),
    ),
    medianRank: {
      ...of('medianRank'),
      better: 'lower',
      title: 'median rank',
      meaning: 'In half of the searches the right one is found at this place or before.',
      baseline: byChance((candidates) => (candidates + 1) / 2),
    },
  };
}

const tableOf = (directions: readonly Direction[]): Panel => ({
  kind: 'table',
  title: 'Searches',
  meaning: 'How well one input finds its partner among all different ones of the other.',
  columns: ['search', 'candidates', ...CUTS.map((cut) => `recall at ${cut}`), 'median rank', 'mean reciprocal rank'],
  rows: directions.map((direction) => [
    nameOf(direction),
    direction.candidates,
    ...CUTS.map((cut) => percent(recallAt(cut)(direction.ranks))),
    median(direction.ranks),
    reciprocalRank(direction.ranks).toFixed(3),
  ]),
});

function curveOf(directions: readonly Direction[]): Panel {
  const furthest = Math.min(FURTHEST, Math.max(...directions.map(({ candidates }) => candidates)));
  const lineOf = ({ ranks }: Direction) =>
    Array.from({ length: furthest }, (_, index) => [index + 1, recallAt(index + 1)(ranks)] as const);
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
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const nothingToCompare = (of: readonly string[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_BAD_TABLE',
    message: `no row has two of ${of.join(', ')}, so that nothing can be compared`,
    hint: 'Check which columns the inputs read.',
  });
