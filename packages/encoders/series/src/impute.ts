import type { SeriesOptions } from './options.js';

/** One channel of a series. */
export interface Channel {
  readonly values: Float32Array;
  /** 1 where there is a value, 0 in a gap. */
  readonly known: Uint8Array;
  /** Seconds, of every row. */
  readonly times: Float32Array;
}

/**
 * Fills the gaps of a channel in place. 'last' has the mean before the first value; 'linear' goes on with the first and the
 * last one.
 */
export function impute({ values, known, times }: Channel, method: SeriesOptions['impute'], mean: number): void {
  const rows = [...known.keys()].filter((row) => known[row] === 1);
  let next = 0;
  for (let row = 0; row < values.length; row++) {
    if (known[row] === 1) {
      next++;
      continue;
    }
    const [before, after] = [rows[next - 1], rows[next]];
    if (method === 'mean' || (before === undefined && (method === 'last' || after === undefined))) values[row] = mean;
    else if (method === 'last') values[row] = values[before as number] as number;
    else values[row] = between(values, times, row, [before ?? (after as number), after ?? (before as number)]);
  }
}

/** On the line between two rows; of two at one time, the mean. */
function between(values: Float32Array, times: Float32Array, row: number, [a, b]: readonly [number, number]): number {
  const [first, last] = [values[a] as number, values[b] as number];
  const [begin, end, now] = [times[a] as number, times[b] as number, times[row] as number];
  const share = end > begin ? (now - begin) / (end - begin) : 1 / 2;
  return first + (last - first) * Math.min(1, Math.max(0, share));
}
