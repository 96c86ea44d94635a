import { required, SensoriumError } from '@sensorium/contracts';
import { tooLarge, type ReadEntryOptions } from '../archive/archive.js';
import type { RandomAccess } from '../bytes/random-access.js';
import { Recent } from '../recent.js';
import { openParquet, type ParquetColumn, type ParquetFile, type RowGroup } from './open-parquet.js';
import { readRows, type ParquetRecord } from './read-parquet.js';

/** Rows that are read at once where pages can be read alone; elsewhere those of a row group. */
const WINDOW = 32;

/** Parts of columns that are held: those of rows that are read at the same time. */
const recent = new Recent<readonly ParquetRecord[]>(4);

/** The address of a cell within its file; rows count from 1. */
export const parquetEntry = (column: string, row: number): string => `${encodeURIComponent(column)}/${row}`;

/** The bytes in a cell: `image/17`, `views/17/0`. Throws SENSORIUM_NOT_FOUND, SENSORIUM_MEDIA_TOO_LARGE, and what reading throws. */
export async function readParquetEntry(
  access: RandomAccess,
  entry: string,
  { maxBytes = Infinity, signal }: ReadEntryOptions = {},
): Promise<Uint8Array> {
  signal?.throwIfAborted();
  const { parquet, column, row, steps } = await findParquetEntry(access, entry);
  const window = windowOf(parquet, row, column.hasPages);
  const records = await recent.get([access.state, column.name, window.start].join('\n'), () =>
    readRows(parquet, [column.name], window, column.hasPages),
  );
  const bytes = bytesIn(required(records[row - window.start], `row ${row + 1}`)[column.name], steps);
  if (!bytes) throw notThere(access.name, entry);
  if (bytes.byteLength > maxBytes) throw tooLarge(`${access.name}!${entry}`, bytes.byteLength, maxBytes);
  return bytes;
}

interface FoundEntry {
  readonly parquet: ParquetFile;
  readonly column: ParquetColumn;
  /** From 0. */
  readonly row: number;
  /** Within the cell. */
  readonly steps: readonly string[];
}

/** Throws SENSORIUM_NOT_FOUND for a column or a row that is not there. */
export async function findParquetEntry(access: RandomAccess, entry: string): Promise<FoundEntry> {
  const parquet = await openParquet(access);
  const [name, number, ...steps] = entry.split('/').map(decodeURIComponent);
  const column = parquet.columns.find((one) => one.name === name);
  const row = Number(number) - 1;
  if (column && Number.isInteger(row) && row >= 0 && row < parquet.rows) return { parquet, column, row, steps };
  throw notThere(access.name, entry);
}

function windowOf({ groups }: ParquetFile, row: number, hasPages: boolean): RowGroup {
  const group = required(
    groups.find(({ end }) => row < end),
    `the row group of row ${row + 1}`,
  );
  if (!hasPages) return group;
  const start = group.start + Math.floor((row - group.start) / WINDOW) * WINDOW;
  return { start, end: Math.min(start + WINDOW, group.end) };
}

function bytesIn(value: unknown, [step, ...steps]: readonly string[]): Uint8Array | undefined {
  if (value instanceof Uint8Array) return step === undefined ? value : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  return step === undefined ? bytesIn(fields['bytes'], []) : bytesIn(fields[step], steps);
}

const notThere = (file: string, entry: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_NOT_FOUND',
    message: `"${file}" has no bytes at "${entry}"`,
    hint: 'An address in a Parquet file is a column and a row, counted from 1: shard.parquet!image/17.',
    location: { file },
  });
