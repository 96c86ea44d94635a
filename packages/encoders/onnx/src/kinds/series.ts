import { required } from '@sensorium/contracts';
import { cast } from '@sensorium/graph';
import { series as modality, type Series } from '@sensorium/modality-series';
import { columnsOf } from '../columns.js';
import { wholeWindows, windowFor } from '../flow.js';
import type { Kind, Learning } from '../kind.js';
import { normalized } from '../normalize.js';
import type { OnnxOptions } from '../options.js';
import { misfit, notLearned, unusable } from '../problem.js';

const MOST_ROWS = 4096;

/** Series, as rows [T,C] of the columns that the file takes, from the first one on. */
export const series: Kind<Series> = {
  modality,
  learn: learnSeries,
  create(given) {
    const { file, columns, length, window: size = 1, hop = size } = given;
    if (columns === undefined || length === undefined)
      throw notLearned(file, 'the columns and the length of the series are');
    const rows = wholeWindows(length, size, hop);
    return {
      kept: { values: { dtype: 'float32', shape: [rows, columns.length] }, count: { dtype: 'int32', shape: [] } },
      prepare(value) {
        const own = rowsOf(value, columns, given);
        const count = Math.min(length, own.length / columns.length);
        const data = new Float32Array(rows * columns.length);
        data.set(own.subarray(0, count * columns.length));
        return {
          values: { dtype: 'float32', shape: [1, rows, columns.length], data },
          count: { dtype: 'int32', shape: [1], data: Int32Array.of(count) },
        };
      },
      notes(value) {
        const own = value.values.length / value.channels.length;
        return own > length ? [`cut to the first ${length} of ${own} rows`] : [];
      },
      flow: ({ values }) => ({
        values: { values: normalized(required(values, 'the input "values"'), given, { width: columns.length }) },
        places: Array.from({ length: rows }, (_, row) => row + 0.5),
        channelsFirst: given.layout === 'NCT',
      }),
      length: ({ count }) => cast(required(count, 'the input "count"'), 'float32'),
    };
  },
};

/** [T,C] of the columns, in their order. */
function rowsOf({ channels, values }: Series, columns: readonly string[], { file, fill }: OnnxOptions): Float32Array {
  const places = columnsOf(file, columns, channels);
  const rows = values.length / channels.length;
  const data = new Float32Array(rows * columns.length);
  for (let row = 0; row < rows; row++) {
    for (const [at, place] of places.entries()) {
      const value = values[row * channels.length + place] as number;
      if (Number.isNaN(value) && fill === undefined) {
        throw unusable(
          file,
          `the series has a gap in row ${row + 1}, column "${columns[at]}"`,
          'Say in "fill" what the file is given there.',
        );
      }
      data[row * columns.length + at] = Number.isNaN(value) ? (fill ?? 0) : value;
    }
  }
  return data;
}

async function learnSeries({ given, values, input }: Learning<Series>): Promise<Partial<OnnxOptions>> {
  let { columns } = given;
  let longest = 1;
  for await (const value of values) {
    columns ??= [...value.channels];
    longest = Math.max(longest, value.values.length / value.channels.length);
  }
  if (columns === undefined)
    throw misfit(given.file, 'there is no series that says which columns there are', 'Name them in "columns".');
  const window = given.window ?? windowFor(input.shape, columns.length);
  const length = given.length ?? Math.min(Math.max(longest, window ?? 1), MOST_ROWS);
  return { columns, length, ...(window !== undefined && { window }) };
}
