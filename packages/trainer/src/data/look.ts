import type { OpenTable } from './open-table.js';
import { atCell, itemsOf, type Cell } from './cell.js';
import type { DataColumn } from './data-column.js';
import { forgiving } from './fate.js';
import { prepareCell } from './read-cell.js';

/** What was seen of the files of one column in one table, without preparing all of them. */
export interface Look {
  readonly table: string;
  /** The column's key in the manifest: `inputs.image` */
  readonly key: string;
  /** Different values of the column. */
  readonly sources: number;
  /** So many of them, from the first, are there, if they are files. */
  readonly found: number;
  /** So many of them, from the first, were decoded. */
  readonly decoded: number;
}

const MOST_FOUND = 10_000;
const MOST_DECODED = 4;
/** Files that are looked for at once. */
const BLOCK = 256;

/**
 * Looks for the files of the tables' rows, the first 10,000 values of each column, and decodes and prepares the first 4
 * values of every column. Throws the first bad cell's error, with file and row. What was seen is told of files alone.
 */
export async function lookAtValues(
  tables: Readonly<Record<string, OpenTable>>,
  columns: readonly DataColumn[],
  signal?: AbortSignal,
): Promise<Look[]> {
  const looks: Look[] = [];
  for (const [table, open] of Object.entries(tables)) {
    for (const column of columns) {
      const look = await lookAt(open, column, signal);
      if (column.modality.from === 'file') looks.push({ table, key: column.key, ...look });
    }
  }
  return looks;
}

async function lookAt(
  open: OpenTable,
  column: DataColumn,
  signal: AbortSignal | undefined,
): Promise<Pick<Look, 'sources' | 'found' | 'decoded'>> {
  const { cells } = await open.values(column);
  const found = column.modality.from === 'file' ? cells.slice(0, MOST_FOUND) : [];
  const first = cells.slice(0, MOST_DECODED);
  for (let start = 0; start < found.length; start += BLOCK) {
    signal?.throwIfAborted();
    await Promise.all(
      found.slice(start, start + BLOCK).map((cell) => forgiving(open, column, () => findFiles(cell, open))),
    );
  }
  for (const cell of first) await forgiving(open, column, () => prepareCell(cell, column, open, signal));
  return { sources: cells.length, found: found.length, decoded: first.length };
}

/** Throws where the cell names a file that is not there. */
async function findFiles(cell: Cell, { files }: OpenTable): Promise<void> {
  try {
    for (const item of itemsOf(cell)) {
      if (typeof item === 'string' || item instanceof URL) await files.find(String(item));
    }
  } catch (error) {
    throw atCell(error, cell);
  }
}
