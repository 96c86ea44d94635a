/** What several channels measured, row after row. */
export interface Series {
  /** At least one, each with a name of its own: `accX`. */
  readonly channels: readonly string[];
  /** [T,C], at least one row. NaN is a gap: nothing was measured. */
  readonly values: Float32Array;
  /** Rows a second, or the second of every row, never going back, [T]. Left out: nobody knows, and a row is the unit of time. */
  readonly time?: number | Float64Array;
}

/** The second of every row, [T]; where nobody knows, its number. The first is 0 unless the series says otherwise. */
export function timesOfSeries({ channels, values, time = 1 }: Series): Float64Array {
  if (typeof time !== 'number') return time;
  return Float64Array.from({ length: values.length / channels.length }, (_, row) => row / time);
}
