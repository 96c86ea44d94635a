/** A value, and how often it stands there. */
export type Counted = readonly [value: number, count: number];

/**
 * Edges of at most so many bins, as float32 and ascending, at least two: the quantiles 0, 1/bins, …, 1 of the values, those that
 * are the same once (Gorishniy et al. 2022, section 3.2.1). Of a single value v: v and v + 1, or what float32 has next.
 */
export function quantileEdges(values: readonly Counted[], bins: number): number[] {
  const ascending = values.toSorted(([a], [b]) => a - b);
  const total = ascending.reduce((sum, [, count]) => sum + count, 0);
  const edges = new Set<number>();
  let [below, quantile] = [0, 0];
  for (const [value, count] of ascending) {
    below += count;
    // The smallest value with so large a share of all up to it.
    while (quantile <= bins && Math.max(1, (quantile * total) / bins) <= below) {
      edges.add(Math.fround(value));
      quantile++;
    }
  }
  const [first = 0] = edges;
  return edges.size > 1 ? [...edges] : [first, Math.fround(first + Math.max(1, Math.abs(first) * 2 ** -20))];
}
