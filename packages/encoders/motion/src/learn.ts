import { required } from '@sensorium/contracts';
import { addMoments, findChannels, type Moments } from '@sensorium/media';
import type { Motion } from '@sensorium/modality-motion';
import { evenly } from './evenly.js';
import { withoutGravity } from './gravity.js';
import type { MotionOptions } from './options.js';
import { biasesOf } from './rocket-biases.js';
import { type Clock, clockOf, rowsAt } from './resample.js';
import { axesOf } from './rotation.js';

/** So much of the training series fits into a window. */
const FITTING = 0.9;
const MOST_ROWS_OF_WINDOW = 512;
const MOST_ROWS_KEPT = 8192;
/** Of which the biases of fixed kernels are quantiles. */
const SERIES_FOR_BIASES = 32;

/** Fills what the training series tell; nothing where there is none. */
export async function learnFromSeries(given: MotionOptions, values: AsyncIterable<Motion>): Promise<MotionOptions> {
  const clocks: Clock[] = [];
  const moments: Moments[] = [];
  const examples = evenly<Motion>(SERIES_FOR_BIASES);
  let { names } = given;
  for await (const measured of values) {
    const series = given.gravity === 'remove' ? withoutGravity(measured) : measured;
    names ??= [...series.channels];
    const columns = findChannels(series, names);
    // One that lacks a channel is refused when it is prepared, where its row is known.
    if (!columns) continue;
    clocks.push(clockOf(series));
    addMoments(series, columns, moments);
    examples.add(measured);
  }
  if (clocks.length === 0) return given;
  const rate = given.rate ?? usualRate(clocks);
  const lengths = clocks.map((clock) => rowsAt(clock, rate)).sort((a, b) => a - b);
  const learned = {
    ...given,
    names: required(names, 'the names of channels'),
    rate,
    seconds: given.seconds ?? Math.min(quantile(lengths, FITTING), MOST_ROWS_OF_WINDOW) / rate,
    longest: given.longest ?? Math.min(quantile(lengths, 1), MOST_ROWS_KEPT) / rate,
    mean: given.mean ?? moments.map(({ mean }) => mean),
    deviation: given.deviation ?? deviationsOf(moments, required(names, 'the names of channels')),
  };
  if (learned.network !== 'rocket' || learned.biases) return learned;
  return { ...learned, biases: await biasesOf(examples.taken(), learned) };
}

/** The median; where nobody knows one, a row is the unit of time. */
function usualRate(clocks: readonly Clock[]): number {
  const rates = clocks.flatMap(({ rate }) => rate ?? []).sort((a, b) => a - b);
  return rates.length > 0 ? quantile(rates, 1 / 2) : 1;
}

/** The smallest of the ascending numbers that is not less than so much of them. */
const quantile = (ascending: readonly number[], share: number): number =>
  ascending[Math.ceil(share * ascending.length) - 1] as number;

/**
 * Of each channel. The axes of one vector have the root of their mean square in common: a direction stays what it is, and an axis
 * that hardly changes does not become as strong as the others by its noise.
 */
function deviationsOf(moments: readonly Moments[], names: readonly string[]): number[] {
  const deviations = moments.map(({ deviation }) => deviation);
  for (const axes of axesOf(names)) {
    const spreads = axes.map((axis) => required(moments[axis], 'the moments of an axis').spread);
    const shared = Math.hypot(...spreads) / Math.sqrt(axes.length);
    if (shared > 0) for (const axis of axes) deviations[axis] = shared;
  }
  return deviations;
}
