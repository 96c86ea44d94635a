import type { Random } from '@sensorium/contracts';

/** One item, all equally likely. `items` is not empty. */
export const pick = <T>(random: Random, items: readonly T[]): T => items[random.integer(items.length)] as T;

/** One item, as likely as its weight. `items` is not empty, weights are positive. */
export function pickWeighted<T>(random: Random, items: readonly T[], weight: (item: T) => number): T {
  const total = items.reduce((sum, item) => sum + weight(item), 0);
  let left = random.uniform() * total;
  return items.find((item) => (left -= weight(item)) < 0) ?? (items.at(-1) as T);
}

export const coin = (random: Random): boolean => random.integer(2) === 0;

/** A copy in random order (Fisher and Yates). */
export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}

/** The first result that is not undefined. */
export function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
