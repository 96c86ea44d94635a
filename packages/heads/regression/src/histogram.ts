/** There are about so many bars. */
const BARS = 12;

/** The share of values in each interval of a round width, 0 and everything between included: `-2 … 0` → 0.25. */
export function histogram(values: readonly number[]): Record<string, number> {
  const least = Math.min(0, ...values);
  const range = Math.max(0, ...values) - least;
  if (range === 0) return { '0': 1 };
  const width = roundUp(range / BARS);
  const counts = new Map<number, number>();
  for (const value of values) {
    const bin = Math.floor(value / width);
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  const decimals = Math.max(0, -Math.floor(Math.log10(width)));
  const edge = (bin: number): string => (bin * width).toFixed(decimals);
  const first = Math.floor(least / width);
  const last = Math.floor((least + range) / width);
  return Object.fromEntries(
    Array.from({ length: last - first + 1 }, (_, index) => {
      const bin = first + index;
      return [`${edge(bin)} … ${edge(bin + 1)}`, (counts.get(bin) ?? 0) / values.length];
    }),
  );
}

/** To 1, 2 or 5 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5].find((step) => step * power >= value) ?? 10;
  return factor * power;
}
