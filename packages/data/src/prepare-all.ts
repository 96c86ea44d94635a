import { SensoriumError, type Tensors } from '@sensorium/contracts';
import { forEachConcurrently } from './concurrency.js';
import { noRecord, type PreparedStore } from './prepared-store.js';
import type { Row, Table } from './row.js';

export interface Progress {
  readonly done: number;
  readonly total: number;
}

export interface PrepareOptions {
  readonly table: Table;
  /** The column that holds the sources. */
  readonly column: string;
  /** Filled and finished here, unless an earlier run did. Its key must cover the sources and how they are prepared. */
  readonly store: PreparedStore;
  /** Called once for every distinct source, at most `concurrency` at a time. */
  readonly prepare: (source: string, row: Row) => Promise<Tensors>;
  /** Default 4. */
  readonly concurrency?: number;
  /** Called after every source. */
  readonly progress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Prepares every distinct source of a column. Gives the record of each row of the table, [rows]; `noRecord` where the
 * cell is empty.
 *
 * The first row that fails ends the work: its error is thrown with the table's file and the row's number. After an error
 * or an abort the store can only be disposed.
 */
export async function prepareAll(options: PrepareOptions): Promise<Uint32Array> {
  const { table, column, store, prepare, concurrency = 4, progress, signal } = options;
  signal?.throwIfAborted();
  const { sources, records } = distinct(table, column);
  if (store.finished) {
    if (store.count === sources.length) return records;
    throw new Error(`the store has ${store.count} records for ${sources.length} sources: its key does not cover them`);
  }
  let done = 0;
  await forEachConcurrently(sources, concurrency, signal, async ({ source, row }, index) => {
    try {
      await store.put(index, await prepare(source, row));
    } catch (error) {
      throw SensoriumError.at(error, { file: table.path, row: row.number });
    }
    done++;
    progress?.({ done, total: sources.length });
  });
  await store.finish();
  return records;
}

interface Source {
  readonly source: string;
  /** The first row that has it. */
  readonly row: Row;
}

function distinct(table: Table, column: string): { sources: Source[]; records: Uint32Array } {
  const sources: Source[] = [];
  const known = new Map<string, number>();
  const records = Uint32Array.from(table.rows, (row) => {
    const source = row.values[column] ?? null;
    if (source === null) return noRecord;
    const index = known.get(source) ?? sources.push({ source, row }) - 1;
    known.set(source, index);
    return index;
  });
  return { sources, records };
}
