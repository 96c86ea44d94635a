import type { ResolvedManifest } from '@sensorium/contracts';
import { findTable, requireColumns, tableFromRecords } from '@sensorium/data';
import { partsOf } from '@sensorium/orchestrator';
import type { Origin } from '../host.js';
import { namesOf, type ColumnRef } from './cell.js';
import type { OnError } from './fate.js';
import { OpenTable } from './open-table.js';

/** The tables of a training. */
export interface Tables<T> {
  readonly train: T;
  readonly validation?: T;
  readonly test?: T;
}

export type TableName = keyof Tables<unknown>;

/** What a part of the manifest reads. */
export interface Reader extends ColumnRef {
  readonly path: readonly string[];
}

/** The parts that read columns, in the order of the manifest. */
export function readersOf(manifest: Pick<ResolvedManifest, 'inputs' | 'fusions' | 'heads'>): Reader[] {
  const columns = new Map<string, ColumnRef>([
    ...Object.entries(manifest.inputs).map(([name, { column, many }]) => [`inputs.${name}`, { column, many }] as const),
    ...Object.entries(manifest.heads).flatMap(([name, { column }]) =>
      column === null ? [] : [[`heads.${name}`, { column, many: null }] as const],
    ),
  ]);
  return partsOf(manifest).flatMap(({ key, path }) => {
    const reader = columns.get(key);
    return reader ? [{ ...reader, path }] : [];
  });
}

export interface ReadTableOptions {
  /** Those that are needed: others may be left out. */
  readonly columns: readonly string[];
  readonly onError: OnError;
  readonly signal?: AbortSignal;
}

/** Reads the table that a path names. Throws what `findTable` throws. */
export async function readTable(path: string, origin: Origin, options: ReadTableOptions): Promise<OpenTable> {
  const { table, base, hash, readAs } = await findTable(origin.pathOf(path), origin.place, options);
  return new OpenTable(table, origin.filesFrom(base), hash, readAs, options.onError);
}

/** Rows in memory as a table. Throws what `tableFromRecords` throws. */
export const rowsAsTable = (rows: readonly object[], name: string, origin: Origin, onError: OnError): OpenTable =>
  new OpenTable(tableFromRecords(rows, name), origin.files, undefined, undefined, onError);

/** Throws SENSORIUM_MISSING_COLUMN unless the table has a column for each of `readers`, and the others. */
export function requireReaders(
  { table }: OpenTable,
  readers: readonly ColumnRef[],
  others: readonly string[] = [],
): void {
  requireColumns(table, [...readers.flatMap(namesOf), ...others]);
}
