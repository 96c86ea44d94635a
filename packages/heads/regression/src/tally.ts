import type { Tally } from '@sensorium/statistics';

export type Pair = readonly [truth: number, answer: number];

/** Means over errors, and the share of the truths' variance that answers explain; `r2` is NaN where all truths are the same. */
export function tallyOfErrors(): Tally<Pair> {
  let [count, absolute, squared, mean, spread] = [0, 0, 0, 0, 0];
  return {
    add([truth, answer]) {
      const error = answer - truth;
      count++;
      absolute += Math.abs(error);
      squared += error ** 2;
      const step = truth - mean;
      mean += step / count;
      spread += step * (truth - mean);
    },
    values: () => ({
      mae: absolute / count,
      rmse: Math.sqrt(squared / count),
      r2: spread > 0 ? 1 - squared / spread : NaN,
    }),
  };
}
