import type { Line, Shown } from '@sensorium/contracts';
import { type Series, timesOfSeries } from './series.js';
import { describeTime } from './time.js';

/** More would not be seen. */
const MOST_POINTS = 500;

/**
 * A line for each channel over time, of at most 500 points; a gap is NaN.
 *
 * @param what it is, in a word: `motion`
 */
export function showSeries(series: Series, what: string): Shown {
  const { channels, values, time } = series;
  const times = timesOfSeries(series);
  const step = Math.ceil(times.length / MOST_POINTS);
  const lineOf = (channel: number): Line =>
    Array.from({ length: Math.ceil(times.length / step) }, (_, point) => {
      const row = point * step;
      return [times[row] as number, values[row * channels.length + channel] as number];
    });
  return {
    kind: 'curve',
    x: time === undefined ? 'row' : 'time (s)',
    y: 'value',
    lines: Object.fromEntries(channels.map((channel, index) => [channel, lineOf(index)])),
    alt: `${what} of ${channels.join(', ')}, ${describeTime(series)}`,
  };
}
