import type { ErrorLocation, Source } from '@sensorium/contracts';
import type { Row, Table } from './row.js';
import { checkColumns, checkDensity, rowShape, type RowShape } from './row-shape.js';
import { badTable } from './table-error.js';

/** An object that becomes a row, and the line on which it stands, where it comes from a file. */
export interface TableRecord {
  readonly record: object;
  readonly line?: number;
}

/** Objects become rows; the columns are all keys, in the order in which they appear. */
export function tableOf(records: readonly TableRecord[], path: string): Table {
  const columns = new ColumnNames(path);
  for (const [index, one] of records.entries()) columns.add(one, index + 1);
  const shape = columns.shape();
  return { path, columns: shape.columns, rows: records.map((one, index) => rowOf(one, index + 1, shape, path)) };
}

/** Gathers the columns of a table from the keys of its rows. */
export class ColumnNames {
  private readonly names = new Set<string>();
  private rows = 0;
  private values = 0;

  constructor(private readonly path: string) {}

  /** Throws SENSORIUM_BAD_TABLE as soon as there are too many. */
  add(one: TableRecord, number: number): void {
    const keys = Object.keys(one.record);
    for (const key of keys) this.names.add(key);
    this.rows++;
    this.values += keys.length;
    checkColumns(this.names.size, placeOf(one, number, this.path));
  }

  /** Throws SENSORIUM_BAD_TABLE where nearly all cells would be empty. */
  shape(): RowShape {
    checkDensity(this.rows, this.names.size, this.values, this.path);
    return rowShape([...this.names], { file: this.path });
  }
}

const placeOf = ({ line }: TableRecord, row: number, path: string): ErrorLocation => ({
  file: path,
  ...(line !== undefined && { line }),
  row,
});

/** Throws SENSORIUM_BAD_TABLE for a value that is no cell. */
export function rowOf(one: TableRecord, number: number, shape: RowShape, path: string): Row {
  const { line } = one;
  const values = shape.values(cellsOf(one, number, shape.columns, path));
  return { number, ...(line !== undefined && { line }), values };
}

/** What a record has under some keys. Throws SENSORIUM_BAD_TABLE for a value that is no cell. */
export function cellsOf(one: TableRecord, number: number, keys: readonly string[], path: string): (Source | null)[] {
  const given = new Map<string, unknown>(Object.entries(one.record));
  const place = placeOf(one, number, path);
  return keys.map((key) => cellOf(given.get(key), { ...place, key }));
}

function cellOf(value: unknown, location: ErrorLocation): Source | null {
  switch (typeof value) {
    case 'undefined':
      return null;
    case 'string':
      return value === '' ? null : value;
    case 'number':
      return numberCell(value, location);
    case 'boolean':
      return value;
    case 'object':
      if (isDeeper(value, MOST_LEVELS)) throw tooDeep(location);
      return value;
    default:
      throw badTable(
        `a cell holds a value of type ${typeof value}`,
        location,
        'A cell is a text, a number, true, false, null, a list or an object.',
      );
  }
}

/** Integers beyond 2^53 have lost digits already, and NaN is no value. */
function numberCell(value: number, location: ErrorLocation): number {
  if (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))) return value;
  throw badTable(`the number ${value} cannot be kept exactly`, location, 'Write it as a text, in quotes.');
}

/** Lists and objects in a cell, one in the other. What walks through more of them overflows the stack. */
const MOST_LEVELS = 100;

const isDeeper = (value: unknown, levels: number): boolean =>
  isNested(value) && (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)));

/** Not bytes, Blobs and their like, which end there. */
function isNested(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

const tooDeep = (location: ErrorLocation): Error =>
  badTable(
    `a cell holds lists or objects more than ${MOST_LEVELS} levels deep, or one that contains itself`,
    location,
    'Write it flatter.',
  );
