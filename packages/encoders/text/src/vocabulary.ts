/** Ids before the vocabulary's words. */
export const PADDING = 0;
export const UNKNOWN = 1;
export const FIRST_WORD = 2;

/** The most frequent words first, ties in code-point order, so that the same texts give the same ids. */
export function vocabularyOf(texts: Iterable<readonly string[]>, limit: number, minimumCount: number): string[] {
  const counts = new Map<string, number>();
  for (const words of texts) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count >= minimumCount)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, limit)
    .map(([word]) => word);
}
