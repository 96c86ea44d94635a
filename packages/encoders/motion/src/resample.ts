import { type Motion, timesOf } from '@sensorium/modality-motion';

/** Some of the rows that a series has at a rate. */
export interface Part {
  readonly first: number;
  readonly count: number;
}

/** How many rows a series has, and how many a second; undefined where nobody knows. */
export interface Clock {
  readonly rows: number;
  readonly rate: number | undefined;
}

export function clockOf({ channels, values, time }: Motion): Clock {
  const rows = values.length / channels.length;
  if (typeof time !== 'object') return { rows, rate: time };
  const seconds = (time.at(-1) as number) - (time[0] as number);
  return { rows, rate: seconds > 0 ? (rows - 1) / seconds : undefined };
}

/** How many rows a series has at another rate; as many as it has where nobody knows its own. */
export function rowsAt({ rows, rate }: Clock, wanted: number): number {
  if (rate === undefined) return rows;
  // The last row must not fall past the end by a rounding error.
  return Math.floor(((rows - 1) / rate) * wanted + 1e-6) + 1;
}

/**
 * A part of a series at `rate` rows a second, [count] for each of the `columns`. What lies between rows is interpolated
 * linearly; where the series has several rows for one, a triangle twice as wide as the step smooths them, so that nothing
 * aliases. A series of that rate, or of one that nobody knows, stays as it is.
 */
export function resampled(series: Motion, columns: readonly number[], rate: number, part: Part): Float32Array[] {
  const clock = clockOf(series);
  const step = clock.rate === undefined ? 1 : Math.max(1, Math.round(clock.rate / rate));
  const begin = Math.max(0, (part.first - 1) * step + 1);
  const end = Math.min(rowsAt(clock, rate * step), (part.first + part.count) * step);
  const times = timesOf(clock.rate === undefined ? { ...series, time: rate } : series);
  const places = placesOf(times, rate * step, begin, end);
  return columns.map((column) => {
    const between = interpolated(series, column, places);
    return Float32Array.from({ length: part.count }, (_, row) =>
      smoothed(between, (part.first + row) * step - begin, step),
    );
  });
}

/** Between the row `index` and the next: so much of the first, the rest of the other. */
interface Place {
  readonly index: number;
  readonly share: number;
}

/** Where the rows `begin` … before `end` at a rate lie. */
function placesOf(times: Float64Array, rate: number, begin: number, end: number): Place[] {
  const start = times[0] as number;
  let index = 0;
  return Array.from({ length: end - begin }, (_, row) => {
    const time = start + (begin + row) / rate;
    while (index + 1 < times.length && (times[index + 1] as number) <= time) index++;
    if (index + 1 === times.length) return { index, share: 1 };
    const [before, after] = [times[index] as number, times[index + 1] as number];
    return { index, share: (after - time) / (after - before) };
  });
}

function interpolated({ channels, values }: Motion, column: number, places: readonly Place[]): Float64Array {
  const at = (row: number): number => values[row * channels.length + column] as number;
  return Float64Array.from(places, ({ index, share }) =>
    share === 1 ? at(index) : at(index) * share + at(index + 1) * (1 - share),
  );
}

/** The mean of the values less than `step` away: the nearer, the more each counts. */
function smoothed(values: Float64Array, centre: number, step: number): number {
  let [sum, weights] = [0, 0];
  for (let at = Math.max(0, centre - step + 1); at < Math.min(values.length, centre + step); at++) {
    const weight = step - Math.abs(at - centre);
    sum += (values[at] as number) * weight;
    weights += weight;
  }
  return sum / weights;
}
