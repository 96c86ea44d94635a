/**
 * At most `most` of the items that are added, evenly spread: every step-th one. When they are full, every other one is
 * dropped and the step doubles. So it needs no random numbers, and does not depend on how items are split into batches.
 */
export function evenSample<T>(most: number) {
  let [step, added] = [1, 0];
  let kept: T[] = [];
  return {
    add(item: T): void {
      const index = added++;
      if (kept.length === most && index % step === 0) {
        kept = kept.filter((_, place) => place % 2 === 0);
        step *= 2;
      }
      if (index % step === 0) kept.push(item);
    },
    /** In the order in which they were added. */
    kept: (): readonly T[] => [...kept],
  };
}
