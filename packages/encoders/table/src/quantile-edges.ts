/** A value, and how often it stands there. */
export type Counted = readonly [value: number, count: number];

/**
 * Edges of at most so many bins, as float32 and ascending, at least two. A value that fills a bin by itself, as 0 often does, is an
 * edge (Ke et al. 2017, LightGBM); the other bins lie between quantiles of the other values, those that are the same once (Gorishniy
 * et al. 2022, section 3.2.1). Of a single value v: v and v + 1, or what float32 has next.
 */
export function quantileEdges(values: readonly Counted[], bins: number): number[] {
  const total = totalOf(values);
  const isFrequent = ([, count]: Counted): boolean => count * bins >= total;
  const frequent = values.filter(isFrequent).map(([value]) => value);
  const others = values.filter((counted) => !isFrequent(counted));
  const all = [...frequent, ...quantiles(others, bins - frequent.length)];
  const edges = [...new Set(all.map(Math.fround))].sort((a, b) => a - b);
  const [first = 0] = edges;
  return edges.length > 1 ? edges : [first, Math.fround(first + Math.max(1, Math.abs(first) * 2 ** -20))];
}

/** The quantiles 0, 1/bins, …, 1: for each the smallest value with so large a share of all up to it. */
function quantiles(values: readonly Counted[], bins: number): number[] {
  const total = totalOf(values);
  const found: number[] = [];
  let below = 0;
  for (const [value, count] of values.toSorted(([a], [b]) => a - b)) {
    below += count;
    while (found.length <= bins && Math.max(1, (found.length * total) / bins) <= below) found.push(value);
  }
  return found;
}

const totalOf = (values: readonly Counted[]): number => values.reduce((sum, [, count]) => sum + count, 0);
