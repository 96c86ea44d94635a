import { defineEncoder, exampleBeside, type Encoder, required, SensoriumError } from '@sensorium/contracts';
import { otherChannels, surveySeries } from '@sensorium/media';
import { motion as modality, type Motion } from '@sensorium/modality-motion';
import { changesSeries, drawVariation } from './augment.js';
import { learnFromSeries } from './learn.js';
import { convolutions } from './convolutions.js';
import { isLearned, type LearnedOptions, type MotionOptions, networkOf, options, rowsOf } from './options.js';
import { overlay } from './overlay.js';
import { patches } from './patches.js';
import { prepareSeries } from './prepare.js';
import { clockOf, rowsAt } from './resample.js';
import { featureCount } from './rocket-kernels.js';
import { rocket } from './rocket.js';
import { seriesOf } from './series-of.js';
import { drawWindows, type WindowShape } from './windows.js';

/**
 * Motion encoder, trained from scratch: series of any length, brought to one rate and standardized by channel. Windows of it are read
 * by convolutions over time of stride 2, down to at most 32 places, and residual ones that each see twice as far (Bai et al. 2018);
 * by transformer blocks over patches of 8 rows (Girdhar et al. 2023); or by fixed kernels, one token a window (Dempster et al. 2021).
 * The places of all windows are the tokens [B,N·T,dim]; pooled [B,dim] is the mean of those that lie within the series. Without its
 * channels and moments, which `learn` finds, `create` throws SENSORIUM_MANIFEST_INVALID.
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

const networks = { convolutions, patches, rocket };

function createMotionEncoder(given: MotionOptions): Encoder<Motion> {
  if (!isLearned(given)) throw notLearned();
  const { names, windows, augment } = given;
  const channels = names.length;
  if (given.mean.length !== channels || given.deviation.length !== channels) throw otherLengths(given);
  const { kept, window: rows } = rowsOf(given);
  checkBiases(given, rows);
  const window = { count: Math.min(windows, Math.ceil(kept / rows)), rows };
  const isSame = kept === rows && !changesSeries(augment);
  return {
    kept: specsOf(1, channels, kept),
    prepare: (series) => prepareSeries(series, given),
    ...(!isSame && {
      view: {
        fed: specsOf(window.count, channels, rows),
        draw: (sample, random) => drawWindows(sample, window, random && drawVariation(augment, given, random.own)),
        // Several windows may lie anywhere, also over each other.
        ...(window.count === 1 && { value: (drawn) => seriesOf(drawn, given) }),
      },
    }),
    overlay: overlay(given),
    notes: (series) => notesOf(series, given, kept),
    survey: (values) => {
      const isCut = (series: Motion): boolean => rowsAt(clockOf(series), given.rate) > kept;
      return surveySeries(values, { names, read: readOf(window, given), isCut });
    },
    build: (scope, x, present) => {
      const values = required(x['values'], 'the input "values"');
      const valid = required(x['valid'], 'the input "valid"');
      return networks[given.network](scope, { values, valid }, present, given);
    },
  };
}

const specsOf = (windows: number, channels: number, rows: number) =>
  ({
    values: { dtype: 'float32', shape: [windows, channels, rows] },
    valid: { dtype: 'uint8', shape: [windows, rows] },
  }) as const;

/** Throws SENSORIUM_MANIFEST_INVALID unless every feature of fixed kernels has one. */
function checkBiases(given: LearnedOptions, rows: number): void {
  if (given.network !== 'rocket') return;
  const wanted = featureCount(rows, networkOf(given).features);
  if (given.biases?.length === wanted) return;
  throw new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `${given.biases?.length} biases; windows of ${rows} rows have ${wanted} features`,
    hint: 'Leave biases to the training table: they belong to the length of a window and the number of features.',
  });
}

/** `read in a window of 2 s, at 50 rows a second` */
const readOf = ({ count, rows }: WindowShape, { rate }: LearnedOptions): string =>
  `read in ${count > 1 ? `${count} windows` : 'a window'} of ${rounded(rows / rate)} s, at ${rounded(rate)} rows a second`;

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
