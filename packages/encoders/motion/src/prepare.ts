import type { Tensors } from '@sensorium/contracts';
import { channelsOf } from '@sensorium/media';
import type { Motion } from '@sensorium/modality-motion';
import { withoutGravity } from './gravity.js';
import { type LearnedOptions, rowsOf } from './options.js';
import { clockOf, resampled, rowsAt } from './resample.js';
import { windowTensors } from './windows.js';

/** The middle of a series, or a series and zeros: `values` [1,1,C,K] and `valid` [1,1,K]. */
export function prepareSeries(measured: Motion, given: LearnedOptions): Tensors {
  const { names, rate, gravity } = given;
  const columns = channelsOf(measured, names);
  const series = gravity === 'remove' ? withoutGravity(measured) : measured;
  const { kept } = rowsOf(given);
  const length = rowsAt(clockOf(series), rate);
  const count = Math.min(length, kept);
  const lines = resampled(series, columns, rate, { first: Math.floor((length - count) / 2), count });
  const values = new Float32Array(names.length * kept);
  for (const [channel, line] of lines.entries()) values.set(line, channel * kept);
  return windowTensors({ values, valid: new Uint8Array(kept).fill(1, 0, count) }, [1, names.length, kept]);
}
