import { required, type SymbolicTensor } from '@sensorium/contracts';
import { didYouMean } from '@sensorium/data';
import { slice } from '@sensorium/graph';
import { table as modality, type Row } from '@sensorium/modality-table';
import type { Kind, Learning } from '../kind.js';
import { normalized } from '../normalize.js';
import type { OnnxOptions } from '../options.js';
import { misfit, notLearned, unusable } from '../problem.js';

/** Rows of a table: `values` [B,D] of all columns, and each column [B,1] by its name. */
export const table: Kind<Row> = {
  modality,
  learn: learnTable,
  create(given) {
    const { file, columns } = given;
    if (columns === undefined) throw notLearned(file, 'the columns are');
    const width = columns.length;
    return {
      kept: { values: { dtype: 'float32', shape: [width] } },
      prepare: (row) => ({
        values: {
          dtype: 'float32',
          shape: [1, width],
          data: Float32Array.from(columns, (column) => numberOf(row, column, given)),
        },
      }),
      flow({ values: kept }) {
        const values = normalized(required(kept, 'the input "values"'), given, { width });
        const each = columns.map((column, at): [string, SymbolicTensor] => [column, slice(values, 1, at, at + 1)]);
        return { values: { values, ...Object.fromEntries(each) } };
      },
    };
  },
};

function numberOf(row: Row, column: string, { file, categories = {}, fill }: OnnxOptions): number {
  const cell = Object.hasOwn(row, column) ? row[column] : undefined;
  if (cell === undefined) {
    const there = Object.keys(row);
    throw unusable(file, `a row has no column "${column}".${didYouMean(column, there)}`, `It has ${there.join(', ')}.`);
  }
  if (cell === null || cell === '') {
    if (fill !== undefined) return fill;
    throw unusable(file, `a row has nothing in "${column}"`, 'Say in "fill" what the file is given there.');
  }
  if (Object.hasOwn(categories, column)) return placeOf(file, String(cell), column, categories[column] ?? []);
  const number = Number(cell);
  if (!Number.isNaN(number)) return number;
  throw unusable(
    file,
    `"${cell}" in "${column}" is no number`,
    'Words become numbers by their places in "categories".',
  );
}

function placeOf(file: string, word: string, column: string, known: readonly string[]): number {
  const place = known.indexOf(word);
  if (place >= 0) return place;
  throw unusable(
    file,
    `"${word}" is none of the categories of "${column}".${didYouMean(word, known)}`,
    `Those in "categories": ${known.join(', ')}.`,
  );
}

async function learnTable({ given, values }: Learning<Row>): Promise<Partial<OnnxOptions>> {
  if (given.columns) return {};
  for await (const row of values) return { columns: Object.keys(row) };
  throw misfit(given.file, 'there is no row that says which columns there are', 'Name them in "columns".');
}
