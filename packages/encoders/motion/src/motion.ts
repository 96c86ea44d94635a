import {
  defineEncoder,
  exampleBeside,
  type Encoder,
  required,
  SensoriumError,
  type Tensors,
} from '@sensorium/contracts';
import { channelsOf, otherChannels } from '@sensorium/media';
import { motion as modality, type Motion } from '@sensorium/modality-motion';
import { changesSeries, drawVariation } from './augment.js';
import { learnFromSeries } from './learn.js';
import { buildFeatures } from './network.js';
import { isLearned, type LearnedOptions, type MotionOptions, options } from './options.js';
import { clockOf, resampled, rowsAt } from './resample.js';
import { seriesOf } from './series-of.js';
import { drawWindows, windowTensors } from './windows.js';

/**
 * Motion encoder, trained from scratch: series of any length, brought to one rate and standardized by channel. A window of
 * it runs through convolutions over time of stride 2, down to at most 32 places, and through residual ones that each see
 * twice as far (Bai et al. 2018). The places of all windows are the tokens [B,N·T,dim]; pooled [B,dim] is the mean of those
 * that lie within the series. Without its channels and moments, which `learn` finds, `create` throws
 * SENSORIUM_MANIFEST_INVALID.
 */
export const motion = defineEncoder({
  specVersion: 'v1',
  name: 'motion',
  modality,
  options,
  example: exampleBeside(import.meta.url, 'encoder-motion'),
  learn: learnFromSeries,
  create: createMotionEncoder,
});

function createMotionEncoder(given: MotionOptions): Encoder<Motion> {
  if (!isLearned(given)) throw notLearned();
  const { names, rate, longest, seconds, windows, augment } = given;
  const channels = names.length;
  if (given.mean.length !== channels || given.deviation.length !== channels) throw otherLengths(given);
  const [kept, rows] = [rowsOf(longest, rate), Math.min(rowsOf(seconds, rate), rowsOf(longest, rate))];
  const window = { count: Math.min(windows, Math.ceil(kept / rows)), rows };
  const isSame = kept === rows && !changesSeries(augment);
  return {
    kept: specsOf(1, channels, kept),
    prepare: (series) => prepareSeries(series, given, kept),
    ...(!isSame && {
      view: {
        fed: specsOf(window.count, channels, rows),
        draw: (sample, random) => drawWindows(sample, window, random && drawVariation(augment, given, random.own)),
        // Several windows may lie anywhere, also over each other.
        ...(window.count === 1 && { value: (drawn) => seriesOf(drawn, given) }),
      },
    }),
    notes: (series) => notesOf(series, given, kept),
    build: (scope, { values, valid }, present) =>
      buildFeatures(
        scope,
        { values: required(values, 'the input "values"'), valid: required(valid, 'the input "valid"') },
        present,
        given,
      ),
  };
}

const rowsOf = (seconds: number, rate: number): number => Math.max(1, Math.round(seconds * rate));

const specsOf = (windows: number, channels: number, rows: number) =>
  ({
    values: { dtype: 'float32', shape: [windows, channels, rows] },
    valid: { dtype: 'uint8', shape: [windows, rows] },
  }) as const;

/** The middle of a series, or a series and zeros. */
function prepareSeries(series: Motion, { names, rate }: LearnedOptions, kept: number): Tensors {
  const columns = channelsOf(series, names);
  const length = rowsAt(clockOf(series), rate);
  const count = Math.min(length, kept);
  const lines = resampled(series, columns, rate, { first: Math.floor((length - count) / 2), count });
  const values = new Float32Array(names.length * kept);
  for (const [channel, line] of lines.entries()) values.set(line, channel * kept);
  return windowTensors({ values, valid: new Uint8Array(kept).fill(1, 0, count) }, [1, names.length, kept]);
}

function notesOf(series: Motion, { names, rate }: LearnedOptions, kept: number): string[] {
  const clock = clockOf(series);
  const length = rowsAt(clock, rate);
  const others = otherChannels(series, names);
  const isOther = clock.rate !== undefined && Math.abs(clock.rate / rate - 1) > 0.01;
  return [
    ...(isOther ? [`resampled from ${rounded(clock.rate)} to ${rounded(rate)} rows a second`] : []),
    ...(clock.rate === undefined && rate !== 1 ? [`without times: read as ${rounded(rate)} rows a second`] : []),
    ...(length > kept ? [`cut to the ${kept} rows in its middle, of ${length}`] : []),
    ...(others.length > 0 ? [`channels that are not read: ${others.join(', ')}`] : []),
  ];
}

const rounded = (value: number): number => Number(value.toPrecision(3));

const notLearned = (): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: 'the channels of the series, their rate, length and moments are not known',
    hint: 'Training learns them from its table. Without one, give names, rate, seconds, longest, mean and deviation.',
  });

const otherLengths = ({ names, mean, deviation }: LearnedOptions): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `${names.length} names, ${mean.length} means and ${deviation.length} deviations; expected as many of each`,
    hint: 'Give all of them for the same channels, or leave mean and deviation to the training table.',
  });
