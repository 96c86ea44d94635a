import { SensoriumError } from '@sensorium/contracts';
import { type ColumnOptions, type Dimensions, dimensionsOf, type TableOptions } from './options.js';

type Quantity = Extract<ColumnOptions, { readonly kind: 'number' | 'date' }>;

/** Columns by how they are read; the tokens stand in the order of these groups. */
export interface Layout extends Dimensions {
  /** Columns of numbers, then those of dates. */
  readonly quantities: readonly Quantity[];
  readonly dates: readonly Quantity[];
  /** Columns of few different cells. */
  readonly choices: readonly Choice[];
  readonly texts: readonly string[];
  readonly pieces: number;
  readonly buckets: number;
  readonly dropout: number;
}

/** A column of booleans or categories. */
export interface Choice {
  readonly name: string;
  readonly kind: 'boolean' | 'category';
  /** What its cells are; the index of the first is `FIRST_CHOICE`. */
  readonly choices: readonly string[];
}

/** Indices before the choices of a column. */
export const MISSING = 0;
export const UNKNOWN = 1;
export const FIRST_CHOICE = 2;

/** Throws SENSORIUM_MANIFEST_INVALID before the columns are learned, and for a kind of a column that there is not. */
export function layoutOf(given: TableOptions): Layout {
  const { cells, kinds, pieces = 1, buckets, dropout } = given;
  if (!cells) throw notLearned();
  const names = new Set(cells.map(({ name }) => name));
  const stranger = Object.keys(kinds).find((name) => !names.has(name));
  if (stranger !== undefined) throw noSuchColumn(stranger, [...names]);
  const numbers = cells.filter((column) => column.kind === 'number');
  const dates = cells.filter((column) => column.kind === 'date');
  return {
    ...dimensionsOf(given),
    quantities: [...numbers, ...dates],
    dates,
    choices: cells.flatMap(choiceOf),
    texts: cells.filter(({ kind }) => kind === 'text').map(({ name }) => name),
    pieces,
    buckets,
    dropout,
  };
}

function choiceOf(column: ColumnOptions): Choice[] {
  const { name, kind } = column;
  if (kind === 'boolean') return [{ name, kind, choices: ['false', 'true'] }];
  return kind === 'category' ? [{ name, kind, choices: column.categories }] : [];
}

const notLearned = (): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: 'what the columns of the table hold is not known',
    hint: 'Training learns it from its table. Without one, give cells.',
  });

const noSuchColumn = (name: string, names: readonly string[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `kinds has a kind for "${name}", which is none of the columns`,
    hint: `Columns: ${names.join(', ')}.`,
  });
