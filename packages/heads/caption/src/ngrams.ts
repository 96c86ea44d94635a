/** How many n-grams of one length answers and truths have, and how many they share: each as often as both have it. */
export interface Overlap {
  readonly answer: number;
  readonly truth: number;
  readonly shared: number;
}

/** Of n-grams of 1, 2, … `longest` items. */
export const overlaps = (answer: readonly string[], truth: readonly string[], longest: number): Overlap[] =>
  Array.from({ length: longest }, (_, index) => overlap(countGrams(answer, index + 1), countGrams(truth, index + 1)));

/** Adds up what many pairs of texts share. */
export function sumOverlaps() {
  const sums: { answer: number; truth: number; shared: number }[] = [];
  return {
    add(overlaps: readonly Overlap[]): void {
      for (const [index, { answer, truth, shared }] of overlaps.entries()) {
        const sum = (sums[index] ??= { answer: 0, truth: 0, shared: 0 });
        sum.answer += answer;
        sum.truth += truth;
        sum.shared += shared;
      }
    },
    sums: (): readonly Overlap[] => sums,
  };
}

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
