/** At most `most` of the items, evenly from all over the list. */
export function spread<T>(items: readonly T[], most: number): T[] {
  const count = Math.min(most, items.length);
  const picked = new Set(Array.from({ length: count }, (_, index) => Math.floor((index * items.length) / count)));
  return items.filter((_, index) => picked.has(index));
}
