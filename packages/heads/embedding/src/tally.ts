import type { Tally } from '@sensorium/statistics';
import type { Direction } from './collect.js';

/** One search: where its partner was found, from 1, and in which direction. */
export interface Searched {
  readonly rank: number;
  readonly direction: Direction;
}

/** Places of which recall is told. */
export const CUTS = [1, 5, 10] as const;

/** Means over the directions. */
export function tallyOfRanks(): Tally<Searched> {
  const ranks = new Map<Direction, number[]>();
  const over = (measure: (ranks: readonly number[]) => number): number => mean([...ranks.values()].map(measure));
  return {
    add({ rank, direction }) {
      const own = ranks.get(direction);
      if (own) own.push(rank);
      else ranks.set(direction, [rank]);
    },
    values: () => ({
      meanReciprocalRank: over(reciprocalRank),
      ...Object.fromEntries(CUTS.map((cut) => [`recall${cut}`, over(recallAt(cut))] as const)),
      medianRank: over(median),
    }),
  };
}

export const recallAt =
  (cut: number) =>
  (ranks: readonly number[]): number =>
    mean(ranks.map((rank) => Number(rank <= cut)));

export const reciprocalRank = (ranks: readonly number[]): number => mean(ranks.map((rank) => 1 / rank));

/** Of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return mean(sorted.slice(Math.floor(middle), Math.ceil(middle) + 1));
}

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
