/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours each cost 1. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (last[column - 1] as number) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swap = swapped ? (beforeLast[column - 2] as number) + 1 : Infinity;
      current.push(Math.min((last[column] as number) + 1, (current[column - 1] as number) + 1, substitution, swap));
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] as number;
}

/** `batch_size`, `batch-size` and `BatchSize` are all meant as `batchSize`. */
const canonical = (word: string): string => word.toLowerCase().replaceAll(/[-_]/g, '');

/** The candidate that was probably meant by a mistyped word: at most a third of its letters differ. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const meant = canonical(word);
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(meant.length / 3)) + 1;
  for (const candidate of candidates) {
    const other = canonical(candidate);
    // At least so many letters differ, and to count them takes the product of both lengths.
    if (Math.abs(other.length - meant.length) >= bestDistance) continue;
    const distance = editDistance(meant, other);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** ` Did you mean "heads"?`, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const meant = nearest(word, candidates);
  return meant === undefined ? '' : ` Did you mean "${meant}"?`;
}
