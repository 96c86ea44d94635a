import type { Source } from '@sensorium/contracts';

/** One sample of a table. */
export interface Row {
  /** Data rows are numbered from 1; the header does not count. */
  readonly number: number;
  /** The line of the file on which the row begins, from 1; undefined for rows in memory. */
  readonly line?: number;
  /** The file in which it stands, where the table is of several; it is numbered there. */
  readonly file?: string;
  /** Every column's cell; null where it is empty, and where the column was not asked for. */
  readonly values: Readonly<Record<string, Source | null>>;
}

/** A whole table, in memory. */
export interface Table {
  /** The path of its file; for rows in memory, what errors call them. */
  readonly path: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** Columns of bytes, each of whose cells says where they stand: `shard.parquet!image/17`. */
  readonly bytes?: readonly string[];
}
