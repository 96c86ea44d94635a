import { type Random, required, type Tensors } from '@sensorium/contracts';

/** Windows of a series: how many of them, of how many rows each. */
export interface WindowShape {
  readonly count: number;
  readonly rows: number;
}

/** How a sample differs from itself in one epoch of the training. */
export interface Variation {
  readonly random: Random;
  /** The largest way that a series moves in its window, as a share of what it fills of that. */
  readonly shift: number;
  /** Changes rows of every channel in place, [C] times [R]. */
  change(channels: readonly Float32Array[]): void;
}

/**
 * Windows of kept rows: `values` [1,1,C,K] and `valid` [1,1,K] → [1,N,C,T] and [1,N,T]. A series has as many as it needs,
 * from its first row to its last, or anywhere where they vary; a single one is in its middle. Rows outside of it are zeros,
 * and not valid.
 */
export function drawWindows(kept: Tensors, { count, rows }: WindowShape, variation: Variation | null): Tensors {
  const values = required(kept['values'], 'the kept tensor "values"').data as Float32Array;
  const valid = required(kept['valid'], 'the kept tensor "valid"').data as Uint8Array;
  const [channels, longest] = [values.length / valid.length, valid.length];
  const length = valid.reduce((sum, flag) => sum + flag, 0);
  const drawn = { values: new Float32Array(count * channels * rows), valid: new Uint8Array(count * rows) };
  for (const [window, start] of startsOf(length, { count, rows }, variation).entries()) {
    const [from, to] = [Math.max(0, start), Math.min(length, start + rows)];
    const lines = Array.from({ length: channels }, (_, channel) => {
      const line = (window * channels + channel) * rows - start;
      const own = drawn.values.subarray(line + from, line + to);
      own.set(values.subarray(channel * longest + from, channel * longest + to));
      return own;
    });
    variation?.change(lines);
    drawn.valid.fill(1, window * rows + from - start, window * rows + to - start);
  }
  return windowTensors(drawn, [count, channels, rows]);
}

/** The first row of each window; negative where a series begins later than its window. */
function startsOf(length: number, { count, rows }: WindowShape, variation: Variation | null): number[] {
  const needed = Math.min(count, Math.max(1, Math.ceil(length / rows)));
  const free = Math.max(0, length - rows);
  if (!variation) {
    if (needed === 1) return [Math.floor(free / 2)];
    return Array.from({ length: needed }, (_, window) => Math.round((window * free) / (needed - 1)));
  }
  const { random, shift } = variation;
  const most = Math.floor(shift * Math.min(length, rows));
  return Array.from({ length: needed }, () => {
    const start = random.integer(free + 1);
    return most > 0 ? start + random.integer(2 * most + 1) - most : start;
  });
}

export interface Windows {
  /** [N,C,T] */
  readonly values: Float32Array;
  /** [N,T], 1 where there is a row. */
  readonly valid: Uint8Array;
}

export const windowTensors = (
  { values, valid }: Windows,
  [count, channels, rows]: readonly [count: number, channels: number, rows: number],
): Tensors => ({
  values: { dtype: 'float32', shape: [1, count, channels, rows], data: values },
  valid: { dtype: 'uint8', shape: [1, count, rows], data: valid },
});
