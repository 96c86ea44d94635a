import type { Table } from '../table/row.js';

/** A table, wherever it was read from. */
export interface FoundTable {
  readonly table: Table;
  /** Where the paths in its cells begin: a folder, an address, a folder in an archive (`data.zip!tables`). */
  readonly base: string;
  /** SHA-256 of its file; of a Parquet file, of its end, which says what lies where; of several files, of what they hold. */
  readonly hash: string;
  /** What it was read as, where its name does not say so: `a folder of 1,200 files in 3 folders`. */
  readonly readAs?: string;
}

export interface FindOptions {
  /** The columns that are needed. Others may be left out of the rows; `columns` of the table has all. Default: all. */
  readonly columns?: readonly string[];
  readonly signal?: AbortSignal;
}
