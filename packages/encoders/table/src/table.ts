import { defineEncoder, exampleBeside, type Encoder } from '@sensorium/contracts';
import { type Row, table as modality } from '@sensorium/modality-table';
import { layoutOf, UNKNOWN } from './layout.js';
import { learnFromRows } from './learn.js';
import { buildFeatures } from './network.js';
import { options, type TableOptions } from './options.js';
import { overlay } from './overlay.js';
import { indexIn, prepareRow, specsOf } from './prepare.js';
import { surveyRows } from './survey.js';

/**
 * Encoder of rows of a table, trained from scratch: numbers and dates piecewise-linear by quantiles of the training table
 * (Gorishniy et al. 2022), categories and booleans embedded, short texts as bags of hashed parts of words; then an ensemble of
 * networks that share their weights (TabM, Gorishniy et al. 2025). tokens [B,C+1,dim] are the columns and the whole row, pooled
 * [B,dim] is that. Without its columns, which `learn` finds, `create` throws SENSORIUM_MANIFEST_INVALID.
 */
export const table = defineEncoder({
  specVersion: 'v1',
  name: 'table',
  modality,
  options,
  example: exampleBeside(import.meta.url, 'encoder-table'),
  learn: learnFromRows,
  create: createTableEncoder,
});

function createTableEncoder(given: TableOptions): Encoder<Row> {
  const layout = layoutOf(given);
  const names = new Set(given.cells?.map(({ name }) => name));
  return {
    kept: specsOf(layout),
    prepare: (row) => prepareRow(row, layout),
    notes(row) {
      const unknown = layout.choices.filter((choice) => indexIn(row, choice) === UNKNOWN);
      const others = Object.keys(row).filter((name) => !names.has(name));
      return [
        ...unknown.map(({ name }) => `${name} is a category that is not known: ${String(row[name])}`),
        ...(others.length > 0 ? [`columns that are not read: ${others.join(', ')}`] : []),
      ];
    },
    overlay: overlay(layout),
    survey: (rows) => surveyRows(rows, layout),
    build: (scope, x, present) => buildFeatures(scope, x, present, layout),
  };
}
