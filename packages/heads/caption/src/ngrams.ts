import { required } from '@sensorium/contracts';

/** How many n-grams of one length answers and truths have, and how many they share: each as often as both have it. */
export interface Overlap {
  readonly answer: number;
  readonly truth: number;
  readonly shared: number;
}

/** Of n-grams of 1, 2, … `longest` items. */
export const overlaps = (answer: readonly string[], truth: readonly string[], longest: number): Overlap[] =>
  Array.from({ length: longest }, (_, index) => overlap(countGrams(answer, index + 1), countGrams(truth, index + 1)));

/** Of two pairs, or lists of pairs, together. */
export const addOverlaps = (a: readonly Overlap[], b: readonly Overlap[]): Overlap[] =>
  a.map((one, index) => {
    const other = required(b[index], `the overlap of ${index + 1}-grams`);
    return {
      answer: one.answer + other.answer,
      truth: one.truth + other.truth,
      shared: one.shared + other.shared,
    };
  });

/** How often each item is there. */
export function countItems(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

const countGrams = (items: readonly string[], length: number): Map<string, number> =>
  countItems(
    Array.from({ length: Math.max(0, items.length - length + 1) }, (_, start) =>
      items.slice(start, start + length).join('\n'),
    ),
  );

function overlap(answer: ReadonlyMap<string, number>, truth: ReadonlyMap<string, number>): Overlap {
  const total = (counts: Iterable<number>): number => [...counts].reduce((sum, count) => sum + count, 0);
  const shared = [...answer].map(([gram, count]) => Math.min(count, truth.get(gram) ?? 0));
  return { answer: total(answer.values()), truth: total(truth.values()), shared: total(shared) };
}
