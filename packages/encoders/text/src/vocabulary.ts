/** Ids before the vocabulary's words. */
export const PADDING = 0;
export const UNKNOWN = 1;
export const FIRST_WORD = 2;

/** Counts words over a corpus; what it then knows is decided by `words` and `length`. */
export class VocabularyBuilder {
  private readonly counts = new Map<string, number>();
  private readonly lengths: number[] = [];

  add(tokens: readonly string[]): void {
    this.lengths.push(tokens.length);
    for (const token of tokens) this.counts.set(token, (this.counts.get(token) ?? 0) + 1);
  }

  /** The most frequent words first, ties in code-point order, so that the same table gives the same ids. */
  words(limit: number, minimumCount: number): string[] {
    return [...this.counts]
      .filter(([, count]) => count >= minimumCount)
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([word]) => word);
  }

  /** As many tokens as the longest text has, at most `limit`, at least 1. */
  length(limit: number): number {
    return this.lengths.reduce((longest, length) => Math.max(longest, Math.min(length, limit)), 1);
  }
}
