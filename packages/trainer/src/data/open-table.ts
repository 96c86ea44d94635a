import type { Row, Table } from '@sensorium/data';
import type { ColumnRef } from './cell.js';
import type { OnError } from './fate.js';
import type { Files } from './files.js';
import { readValues, type Values } from './values.js';

/** A table, and the files that its cells name. */
export class OpenTable {
  private readonly read = new Map<string, Promise<Values>>();

  /**
   * @param hash SHA-256 of its file; rows in memory have none
   * @param readAs what it was read as, where its name does not say so
   */
  constructor(
    readonly table: Table,
    readonly files: Files,
    readonly hash: string | undefined,
    readonly readAs?: string,
    /** What becomes of rows that cannot be read. */
    readonly onError: OnError = 'error',
  ) {}

  /** The same table with some of its rows. */
  withRows(rows: readonly Row[]): OpenTable {
    return new OpenTable({ ...this.table, rows }, this.files, this.hash, this.readAs, this.onError);
  }

  /** What a column holds; it is read once. Throws what `readValues` throws. */
  values({ column, many }: ColumnRef): Promise<Values> {
    const key = JSON.stringify([column, many]);
    const values = this.read.get(key) ?? readValues(this.table, { column, many });
    this.read.set(key, values);
    return values;
  }
}
