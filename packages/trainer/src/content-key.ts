import { createHash } from 'node:crypto';
import type { Modality } from '@sensorium/contracts';
import type { InputPart } from '@sensorium/orchestrator';
import { atCell, distinctCells, type Cell } from './cell.js';
import { ContentHashes } from './content-hashes.js';
import type { PrepareInputOptions } from './prepare-input.js';
import { timed } from './progress.js';
import { fileOf, sourceOf } from './source.js';

/** Files that are read at once: Node warns of a leak where a signal has more than ten listeners. */
const BLOCK = 8;

/**
 * The same key means the same tensors: same encoder, same options, same content of the sources in the same order, wherever
 * they lie. Of URLs, which may be anywhere, the address counts.
 */
export async function contentKey(
  name: string,
  { settings: { encoder, column, options }, modality }: InputPart,
  { table, versions, onProgress, signal }: PrepareInputOptions,
): Promise<string> {
  const cells = distinctCells(table, column);
  const key = createHash('sha256').update(JSON.stringify([encoder, versions[encoder] ?? null, options]));
  const hashes = new ContentHashes();
  const report = timed(onProgress);
  try {
    for (let start = 0; start < cells.length; start += BLOCK) {
      signal?.throwIfAborted();
      const block = cells.slice(start, start + BLOCK);
      const contents = await allOf(block.map((cell) => contentOf(cell, modality, hashes, signal)));
      for (const { hash } of contents) key.update(`\n${JSON.stringify(hash)}`);
      const done = start + block.length;
      if (contents.some(({ wasRead }) => wasRead)) report({ phase: 'hash', subject: name, done, total: cells.length });
    }
  } finally {
    await hashes.save();
  }
  return key.digest('hex');
}

async function contentOf(cell: Cell, modality: Modality, hashes: ContentHashes, signal: AbortSignal | undefined) {
  const source = sourceOf(cell.text, modality, cell.table);
  const file = fileOf(source, modality);
  if (file === undefined) return { hash: source, wasRead: false };
  try {
    return await hashes.of(file, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw atCell(error, cell);
  }
}

/** The results of all, or what the first of them threw, once all have ended. */
async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
