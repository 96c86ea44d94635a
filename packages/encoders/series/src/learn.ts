import { addMoments, findChannels, type Moments, type Series, timesOfSeries } from '@sensorium/media';
import type { SeriesOptions } from './options.js';

const MOST_TOKENS = 64;
const MOST_ROWS = 4096;

/** Fills what the training series tell; nothing where there is none. */
export async function learnFromSeries(given: SeriesOptions, values: AsyncIterable<Series>): Promise<SeriesOptions> {
  const moments: Moments[] = [];
  const spacings: number[] = [];
  let { names } = given;
  let most = 0;
  for await (const series of values) {
    names ??= [...series.channels];
    const columns = findChannels(series, names);
    // One that lacks a channel is refused when it is prepared, where its row is known.
    if (!columns) continue;
    most = Math.max(most, series.values.length / series.channels.length);
    spacings.push(...spacingOf(series));
    addMoments(series, columns, moments);
  }
  if (most === 0) return given;
  const longest = given.longest ?? Math.min(most, MOST_ROWS);
  return {
    ...given,
    names,
    longest,
    patch: given.patch ?? Math.ceil(longest / MOST_TOKENS),
    spacing: given.spacing ?? median(spacings),
    mean: given.mean ?? moments.map(({ mean }) => mean),
    deviation: given.deviation ?? moments.map(({ deviation }) => deviation),
  };
}

/** The mean of the seconds between its rows; none where all are at one time. */
function spacingOf(series: Series): number[] {
  const times = timesOfSeries(series);
  const seconds = (times.at(-1) as number) - (times[0] as number);
  return seconds > 0 ? [seconds / (times.length - 1)] : [];
}

/** 1 where no series has two times: nothing lies between rows then. */
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 1;
