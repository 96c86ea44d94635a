import { defineEncoder, type Encoder, exampleBeside, required, SensoriumError } from '@sensorium/contracts';
import { otherChannels, type Series, surveySeries } from '@sensorium/media';
import { series as modality } from '@sensorium/modality-series';
import { learnFromSeries } from './learn.js';
import { buildFeatures } from './network.js';
import { isLearned, type LearnedOptions, options, type SeriesOptions } from './options.js';
import { overlay } from './overlay.js';
import { rowsIn, rowsOf, seriesOf, specsOf, tensorsOf, variedRows } from './rows.js';

/**
 * Series encoder, trained from scratch: series of any length, with gaps and at any times. Every row is its values, standardized by
 * channel, which of them were measured, and how long ago the row before was; `patch` rows are a token, with sines of its time
 * before the end (Vaswani et al. 2017), and pre-norm transformer blocks read them: tokens [B,T,dim], pooled [B,dim] their mean.
 * Without its channels and moments, which `learn` finds, `create` throws SENSORIUM_MANIFEST_INVALID.
 */
export const series = defineEncoder({
  specVersion: 'v1',
  name: 'series',
  modality,
  options,
  example: exampleBeside(import.meta.url, 'encoder-series'),
  learn: learnFromSeries,
  create: createSeriesEncoder,
});

function createSeriesEncoder(given: SeriesOptions): Encoder<Series> {
  if (!isLearned(given)) throw notLearned();
  if (given.mean.length !== given.names.length || given.deviation.length !== given.names.length) {
    throw otherLengths(given);
  }
  const kept = specsOf(given);
  const { noise, gaps, crop } = given.augment;
  return {
    kept,
    prepare: (value) => tensorsOf(rowsOf(value, given)),
    ...((noise > 0 || gaps > 0 || crop > 0) && {
      view: {
        fed: kept,
        draw: (sample, random) => (random ? tensorsOf(variedRows(rowsIn(sample), given, random.own)) : sample),
        value: (drawn) => seriesOf(rowsIn(drawn), given),
      },
    }),
    overlay: overlay(given.names),
    notes: (value) => notesOf(value, given),
    survey: (values) => surveySeries(values, { names: given.names, read: readOf(given), isCut: isCutBy(given) }),
    build: (scope, x, present) => {
      const symbol = (name: string) => required(x[name], `the input "${name}"`);
      const [values, known, valid, times] = [symbol('values'), symbol('known'), symbol('valid'), symbol('times')];
      return buildFeatures(scope, { values, known, valid, times }, present, given);
    },
  };
}

/** `the last 30 rows are read, 2 as a token` */
const readOf = ({ longest, patch }: LearnedOptions): string =>
  `the last ${longest} rows are read${patch > 1 ? `, ${patch} as a token` : ''}`;

const isCutBy =
  ({ longest }: LearnedOptions) =>
  ({ channels, values }: Series): boolean =>
    values.length / channels.length > longest;

function notesOf(value: Series, { names, longest }: LearnedOptions): string[] {
  const rows = value.values.length / value.channels.length;
  const others = otherChannels(value, names);
  return [
    ...(rows > longest ? [`cut to the last ${longest} rows, of ${rows}`] : []),
    ...(others.length > 0 ? [`channels that are not read: ${others.join(', ')}`] : []),
  ];
}

const notLearned = (): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: 'the channels of the series, their length, spacing and moments are not known',
    hint: 'Training learns them from its table. Without one, give names, longest, patch, spacing, mean and deviation.',
  });

const otherLengths = ({ names, mean, deviation }: LearnedOptions): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `${names.length} names, ${mean.length} means and ${deviation.length} deviations; expected as many of each`,
    hint: 'Give all of them for the same channels, or leave mean and deviation to the training table.',
  });
