import { SensoriumError, type Source } from '@sensorium/contracts';
import { sha256 } from '@sensorium/data';
import { timed, type OnProgress } from '../progress.js';
import { atCell, itemsOf, type Cell } from './cell.js';
import type { DataColumn } from './data-column.js';
import { fateOf } from './fate.js';
import { isFile, type Content } from './files.js';
import { identityOf } from './identity.js';
import type { OpenTable } from './open-table.js';

/** Files that are read at once: Node warns of a leak where a signal has more than ten listeners. */
const BLOCK = 8;
const SAVE_EVERY = 2 ** 14;

export interface ContentKeyOptions {
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** What a column holds, as it was looked at. */
export interface ContentKey {
  /**
   * The same key means the same tensors: prepared in the same way, of the same content in the same order, wherever that lies.
   * Of URLs, which may be anywhere, the address counts.
   */
  readonly key: string;
  /** SHA-256 by the addresses of files that cells name. What is prepared under the key must be of these bytes. */
  readonly hashes: ReadonlyMap<string, string>;
}

/** Throws what `contentOf` of the table's files throws, with file and row. */
export async function contentKey(
  column: DataColumn,
  table: OpenTable,
  { onProgress, signal }: ContentKeyOptions,
): Promise<ContentKey> {
  const { cells, identities } = await table.values(column);
  const hashes = new Map<string, string>();
  if (!namesFiles(column, cells)) return { key: await keyOf(column, identities), hashes };
  const contents: string[] = [];
  const report = timed(onProgress);
  try {
    for (let start = 0; start < cells.length; start += BLOCK) {
      signal?.throwIfAborted();
      const block = cells.slice(start, start + BLOCK);
      const found = await allOf(block.map((cell) => contentOf(cell, { column, table, hashes, signal })));
      contents.push(...found.map(({ hash }) => hash));
      const done = start + block.length;
      // A run that is killed has not read all of them for nothing.
      if (done % SAVE_EVERY === 0) await table.files.save();
      if (found.some(({ wasRead }) => wasRead)) {
        report({ phase: 'hash', subject: column.name, done, total: cells.length });
      }
    }
  } finally {
    await table.files.save();
  }
  return { key: await keyOf(column, contents), hashes };
}

const keyOf = ({ preparation }: DataColumn, contents: readonly string[]): Promise<string> =>
  sha256([preparation, ...contents].join('\n'));

/** Whether a cell may name a file: every text of some modalities, an URL object of any. */
const namesFiles = ({ modality }: DataColumn, cells: readonly Cell[]): boolean =>
  modality.from === 'file' || cells.some((cell) => itemsOf(cell).some((item) => item instanceof URL));

interface Looking {
  readonly column: DataColumn;
  readonly table: OpenTable;
  /** Those that are found are added. */
  readonly hashes: Map<string, string>;
  readonly signal: AbortSignal | undefined;
}

async function contentOf(cell: Cell, looking: Looking): Promise<Content> {
  try {
    const contents = await allOf(itemsOf(cell).map((item) => contentOfItem(item, looking)));
    return {
      hash: JSON.stringify(contents.map(({ hash }) => hash)),
      wasRead: contents.some(({ wasRead }) => wasRead),
    };
  } catch (error) {
    looking.signal?.throwIfAborted();
    // What it is called when it cannot be read: it is tried again when it is prepared.
    if (fateOf(error, looking.column, looking.table) !== undefined) return { hash: codeOf(error), wasRead: false };
    throw atCell(error, cell);
  }
}

const codeOf = (error: unknown): string => (SensoriumError.is(error) ? error.code : String(error));

async function contentOfItem(item: Source, { column, table, hashes, signal }: Looking): Promise<Content> {
  const isAddress = item instanceof URL || (typeof item === 'string' && column.modality.from === 'file');
  if (!isAddress) return { hash: await identityOf(item), wasRead: false };
  const address = String(item);
  const content = await table.files.contentOf(address, signal);
  if (isFile(address)) hashes.set(address, content.hash);
  return content;
}

/** The results of all, or what the first of them threw, once all have ended. */
async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
