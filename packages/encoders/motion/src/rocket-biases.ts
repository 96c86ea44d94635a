import { required } from '@sensorium/contracts';
import { inTurns, type Steps } from '@sensorium/media';
import type { Motion } from '@sensorium/modality-motion';
import { type LearnedOptions, networkOf, rowsOf } from './options.js';
import { prepareSeries } from './prepare.js';
import { dilationsOf, kernels, quantileOf, reachesOut, TAPS } from './rocket-kernels.js';
import { weightsOf } from './rocket.js';
import { drawWindows } from './windows.js';

/** A window of a series. */
interface Example {
  /** Standardized, [C] times [rows]. */
  readonly channels: readonly Float64Array[];
  readonly rows: number;
}

/** For every feature, the quantile of what its kernel makes of all rows of the series, to 5 digits. */
export const biasesOf = (series: readonly Motion[], given: LearnedOptions): Promise<number[]> =>
  inTurns(
    biases(
      series.map((one) => exampleOf(one, given)),
      given,
    ),
  );

function* biases(examples: readonly Example[], given: LearnedOptions): Steps<number[]> {
  const channels = given.names.length;
  const found: number[] = [];
  for (const [index, { dilation, biases: count }] of dilationsOf(
    rowsOf(given).window,
    networkOf(given).features,
  ).entries()) {
    const weights = weightsOf(channels, index);
    for (const kernel of kernels.keys()) {
      const own = weights.slice(kernel * channels * TAPS, (kernel + 1) * channels * TAPS);
      const isOut = reachesOut(kernel, index);
      const values = Float64Array.from(examples.flatMap((example) => convolved(example, own, dilation, isOut))).sort();
      for (let bias = 0; bias < count; bias++) found.push(quantile(values, quantileOf(found.length)));
      yield;
    }
  }
  return found;
}

function exampleOf(series: Motion, given: LearnedOptions): Example {
  const { window } = rowsOf(given);
  const drawn = drawWindows(prepareSeries(series, given), { count: 1, rows: window }, null);
  const values = required(drawn['values'], 'the drawn tensor "values"').data as Float32Array;
  const valid = required(drawn['valid'], 'the drawn tensor "valid"').data as Uint8Array;
  const rows = valid.reduce((sum, flag) => sum + flag, 0);
  const channels = given.names.map((_, channel) =>
    Float64Array.from(
      values.subarray(channel * window, channel * window + rows),
      (value) => (value - (given.mean[channel] as number)) / (given.deviation[channel] as number),
    ),
  );
  return { channels, rows };
}

/** Of every row that the kernel counts. */
function convolved(
  { channels, rows }: Example,
  weights: readonly number[],
  dilation: number,
  isOut: boolean,
): number[] {
  const reach = (dilation * (TAPS - 1)) / 2;
  const [begin, end] = isOut ? [0, rows] : [reach, rows - reach];
  return Array.from({ length: Math.max(0, end - begin) }, (_, place) => {
    let sum = 0;
    for (const [channel, line] of channels.entries()) {
      for (let tap = 0; tap < TAPS; tap++) {
        const row = begin + place + tap * dilation - reach;
        if (row >= 0 && row < rows) sum += (weights[channel * TAPS + tap] as number) * (line[row] as number);
      }
    }
    return sum;
  });
}

/** 0 where no row counts: then every share is 0, whatever it is compared with. */
const quantile = (ascending: Float64Array, share: number): number =>
  Number((ascending[Math.floor(share * ascending.length)] ?? 0).toPrecision(5));
