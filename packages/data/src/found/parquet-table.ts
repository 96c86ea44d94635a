import { required } from '@sensorium/contracts';
import type { RandomAccess } from '../bytes/random-access.js';
import { cellsOfRecord } from '../parquet/cells.js';
import { openParquet, type ParquetFile, type RowGroup } from '../parquet/open-parquet.js';
import { parquetEntry } from '../parquet/parquet-entry.js';
import { readRows } from '../parquet/read-parquet.js';
import { sha256 } from '../sha256.js';
import { rowOf } from '../table/records.js';
import { rowShape } from '../table/row-shape.js';
import type { Row } from '../table/row.js';
import { badTable } from '../table/table-error.js';
import { emptyTable } from '../table/table.js';
import type { FindOptions, FoundTable } from './found-table.js';
import { folderOf, fileNameOf } from './paths.js';

/** A Parquet file, row group by row group. */
export interface ParquetStream {
  readonly columns: readonly string[];
  readonly count: number;
  /** Columns whose cells name bytes in the file. */
  readonly bytes: readonly string[];
  /** `null` where a column was not asked for. */
  readonly rows: () => AsyncGenerator<Row>;
}

/**
 * Rows are read when they are asked for. Throws SENSORIUM_BAD_TABLE, SENSORIUM_EMPTY_TABLE, and the signal's reason.
 *
 * @param seenAs the address of the file in cells that name bytes in it
 */
export async function streamParquet(
  access: RandomAccess,
  seenAs: string,
  { columns: asked, signal }: FindOptions,
): Promise<ParquetStream> {
  const parquet = await openParquet(access);
  if (parquet.rows === 0) throw emptyTable(access.name);
  checkNames(parquet);
  const needed = parquet.columns.filter(({ name }) => asked?.includes(name) ?? true);
  // Of bytes that are all there, where they stand is known without a look at them.
  const isKnown = ({ holds, isFull }: ParquetFile['columns'][number]): boolean => holds === 'files' && isFull;
  const known = needed.filter(isKnown).map(({ name }) => name);
  const read = needed.filter((column) => !isKnown(column)).map(({ name }) => name);
  const shape = rowShape(
    parquet.columns.map(({ name }) => name),
    { file: access.name },
  );
  const rows = async function* (): AsyncGenerator<Row> {
    for (const block of blocksOf(parquet, read)) {
      signal?.throwIfAborted();
      const records = read.length > 0 ? await readRows(parquet, read, block, true) : undefined;
      for (let row = block.start; row < block.end; row++) {
        const addressOf = (column: string): string => `${seenAs}!${parquetEntry(column, row + 1)}`;
        const cells = records ? cellsOfRecord(required(records[row - block.start], `row ${row + 1}`), addressOf) : {};
        const named = Object.fromEntries(known.map((column) => [column, addressOf(column)]));
        yield rowOf({ record: { ...cells, ...named } }, row + 1, shape, access.name);
      }
    }
  };
  const bytes = parquet.columns.filter(({ holds }) => holds === 'files').map(({ name }) => name);
  return { columns: shape.columns, count: parquet.rows, bytes, rows };
}

/** Rows that are held as objects of the reader at once, where their pages can be read alone. */
const BLOCK = 2 ** 14;

function* blocksOf({ columns, groups }: ParquetFile, names: readonly string[]): Generator<RowGroup> {
  const isWhole = columns.some(({ name, hasPages }) => !hasPages && names.includes(name));
  for (const { start: first, end } of groups) {
    const step = isWhole ? end - first : BLOCK;
    for (let start = first; start < end; start += step) yield { start, end: Math.min(start + step, end) };
  }
}

function checkNames({ name, columns }: ParquetFile): void {
  const names = columns.map((column) => column.name);
  const twice = names.find((one, index) => names.indexOf(one) !== index);
  if (twice === undefined) return;
  throw badTable(`two columns are named "${twice}"`, { file: name, key: twice }, 'Rename one of them.');
}

/** The needed columns of a Parquet file, in memory. Bytes stay in the file. */
export async function parquetTable(
  access: RandomAccess,
  path: string,
  seenAs: string = fileNameOf(path),
  options: FindOptions = {},
): Promise<FoundTable> {
  const { columns, bytes, rows } = await streamParquet(access, seenAs, options);
  const all: Row[] = [];
  for await (const row of rows()) all.push(row);
  return { table: { path, columns, rows: all, bytes }, base: folderOf(path), hash: await hashOfEnd(access) };
}

async function hashOfEnd(access: RandomAccess): Promise<string> {
  const { metadata } = await openParquet(access);
  const end = await access.read(access.size - metadata.metadata_length - 8, access.size);
  return sha256(`${access.size} ${await sha256(end)}`);
}
