import { required, type Random, type Tensors } from '@sensorium/contracts';
import { channelsOf, type Series, timesOfSeries } from '@sensorium/media';
import { impute } from './impute.js';
import type { LearnedOptions } from './options.js';

/** The last rows of a series, at the end of as many as are kept. Before its first row all are 0. */
export interface Rows {
  /** [C,K], gaps filled. */
  readonly values: Float32Array;
  /** [C,K], 1 where there is a value. */
  readonly known: Uint8Array;
  /** [K], 1 where there is a row. */
  readonly valid: Uint8Array;
  /** [K], seconds before the last row, ≤ 0. */
  readonly times: Float32Array;
}

/** As many as make whole tokens. */
const rowsKept = ({ longest, patch }: LearnedOptions): number => Math.ceil(longest / patch) * patch;

export const specsOf = (given: LearnedOptions) => {
  const [channels, rows] = [given.names.length, rowsKept(given)];
  return {
    values: { dtype: 'float32', shape: [channels, rows] },
    known: { dtype: 'uint8', shape: [channels, rows] },
    valid: { dtype: 'uint8', shape: [rows] },
    times: { dtype: 'float32', shape: [rows] },
  } as const;
};

export function rowsOf(series: Series, given: LearnedOptions): Rows {
  const columns = channelsOf(series, given.names);
  const width = series.channels.length;
  const [all, kept] = [series.values.length / width, rowsKept(given)];
  const count = Math.min(all, given.longest);
  const rows = emptyRows(columns.length, kept);
  const times = timesOfSeries(series);
  const last = times.at(-1) as number;
  for (let row = 0; row < count; row++) {
    const [from, to] = [all - count + row, kept - count + row];
    rows.valid[to] = 1;
    rows.times[to] = (times[from] as number) - last;
    for (const [channel, column] of columns.entries()) {
      const value = series.values[from * width + column] as number;
      if (Number.isNaN(value)) continue;
      rows.values[channel * kept + to] = value;
      rows.known[channel * kept + to] = 1;
    }
  }
  fillGaps(rows, kept - count, given);
  return rows;
}

const emptyRows = (channels: number, kept: number): Rows => ({
  values: new Float32Array(channels * kept),
  known: new Uint8Array(channels * kept),
  valid: new Uint8Array(kept),
  times: new Float32Array(kept),
});

/** In place, from the row `first` on. */
function fillGaps(
  { values, known, times }: Rows,
  first: number,
  { names, impute: method, mean }: LearnedOptions,
): void {
  const kept = times.length;
  for (const channel of names.keys()) {
    const [from, to] = [channel * kept + first, (channel + 1) * kept];
    const own = { values: values.subarray(from, to), known: known.subarray(from, to), times: times.subarray(first) };
    impute(own, method, mean[channel] as number);
  }
}

/** Another sample of the same series: fewer rows, more gaps, noise. Gaps are filled from what is left. */
export function variedRows(rows: Rows, given: LearnedOptions, random: Random): Rows {
  const { noise, gaps, crop } = given.augment;
  const kept = rows.valid.length;
  const begin = rows.valid.indexOf(1);
  const first = begin + Math.floor(crop * random.uniform() * (kept - begin));
  const share = gaps * random.uniform();
  const varied = emptyRows(given.names.length, kept);
  varied.valid.fill(1, first);
  varied.times.set(rows.times.subarray(first), first);
  for (const channel of given.names.keys()) {
    const strength = noise * (given.deviation[channel] as number);
    for (let at = channel * kept + first; at < (channel + 1) * kept; at++) {
      if (rows.known[at] === 0 || (share > 0 && random.uniform() < share)) continue;
      varied.known[at] = 1;
      varied.values[at] = (rows.values[at] as number) + (strength && strength * random.normal());
    }
  }
  fillGaps(varied, first, given);
  return varied;
}

export const tensorsOf = ({ values, known, valid, times }: Rows): Tensors => {
  const [kept, channels] = [valid.length, values.length / valid.length];
  return {
    values: { dtype: 'float32', shape: [1, channels, kept], data: values },
    known: { dtype: 'uint8', shape: [1, channels, kept], data: known },
    valid: { dtype: 'uint8', shape: [1, kept], data: valid },
    times: { dtype: 'float32', shape: [1, kept], data: times },
  };
};

export const rowsIn = (tensors: Tensors): Rows => ({
  values: required(tensors['values'], 'the tensor "values"').data as Float32Array,
  known: required(tensors['known'], 'the tensor "known"').data as Uint8Array,
  valid: required(tensors['valid'], 'the tensor "valid"').data as Uint8Array,
  times: required(tensors['times'], 'the tensor "times"').data as Float32Array,
});

/** What people see of rows: NaN where nothing was measured. */
export function seriesOf({ values, known, valid, times }: Rows, { names }: LearnedOptions): Series {
  const kept = valid.length;
  const rows = [...valid.keys()].filter((row) => valid[row] === 1);
  const begin = times[rows[0] as number] as number;
  const cells = rows.flatMap((row) =>
    names.map((_, channel) => (known[channel * kept + row] === 1 ? (values[channel * kept + row] as number) : NaN)),
  );
  return {
    channels: names,
    values: Float32Array.from(cells),
    time: Float64Array.from(rows, (row) => (times[row] as number) - begin),
  };
}
