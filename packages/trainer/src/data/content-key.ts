import type { Source } from '@sensorium/contracts';
import { sha256 } from '@sensorium/data';
import { timed, type OnProgress } from '../progress.js';
import { atCell, itemsOf, type Cell } from './cell.js';
import type { DataColumn } from './data-column.js';
import type { Files } from './files.js';
import { identityOf } from './identity.js';
import type { OpenTable } from './open-table.js';

/** Files that are read at once: Node warns of a leak where a signal has more than ten listeners. */
const BLOCK = 8;

export interface ContentKeyOptions {
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/**
 * The same key means the same tensors: prepared in the same way, of the same content in the same order, wherever that lies.
 * Of URLs, which may be anywhere, the address counts.
 */
export async function contentKey(
  column: DataColumn,
  table: OpenTable,
  { onProgress, signal }: ContentKeyOptions,
): Promise<string> {
  const { cells, identities } = await table.values(column);
  if (column.modality.from === 'cell') return keyOf(column, identities);
  const hashes: string[] = [];
  const report = timed(onProgress);
  try {
    for (let start = 0; start < cells.length; start += BLOCK) {
      signal?.throwIfAborted();
      const block = cells.slice(start, start + BLOCK);
      const contents = await allOf(block.map((cell) => contentOf(cell, table.files, signal)));
      hashes.push(...contents.map(({ hash }) => hash));
      const done = start + block.length;
      if (contents.some(({ wasRead }) => wasRead)) {
        report({ phase: 'hash', subject: column.name, done, total: cells.length });
      }
    }
  } finally {
    await table.files.save();
  }
  return keyOf(column, hashes);
}

const keyOf = ({ preparation }: DataColumn, contents: readonly string[]): Promise<string> =>
  sha256([preparation, ...contents].join('\n'));

/** Of a cell that names a file, or several. */
async function contentOf(cell: Cell, files: Files, signal?: AbortSignal): Promise<{ hash: string; wasRead: boolean }> {
  try {
    const contents = await allOf(itemsOf(cell).map((item) => contentOfItem(item, files, signal)));
    const hashes = contents.map(({ hash }) => hash);
    return { hash: JSON.stringify(hashes), wasRead: contents.some(({ wasRead }) => wasRead) };
  } catch (error) {
    signal?.throwIfAborted();
    throw atCell(error, cell);
  }
}

const contentOfItem = async (item: Source, files: Files, signal?: AbortSignal) =>
  typeof item === 'string' ? files.contentOf(item, signal) : { hash: await identityOf(item), wasRead: false };

/** The results of all, or what the first of them threw, once all have ended. */
async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
