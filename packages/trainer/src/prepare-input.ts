import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory, openPrepared, prepareAll, type PreparedStore, type Table } from '@sensorium/data';
import type { InputPart, Platform } from '@sensorium/orchestrator';
import { atCell } from './cell.js';
import { contentKey } from './content-key.js';
import { timed, type OnProgress } from './progress.js';
import { decodeCell } from './source.js';

export interface PrepareInputOptions {
  readonly table: Table;
  readonly platform: Platform;
  /** Package → version, as installed. Prepared tensors are kept for later runs only where the version is known. */
  readonly versions: Readonly<Record<string, string>>;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** One input of all rows of a table, as tensors on disk. */
export interface PreparedInput {
  readonly part: InputPart;
  /** Another encoder, other options or other content of the sources have another key. */
  readonly key: string;
  /** Whether the key means the same in a later run: not where the encoder has no version. */
  readonly lasting: boolean;
  readonly store: PreparedStore;
  /** The record of each row. */
  readonly records: Uint32Array;
  dispose(): Promise<void>;
}

export async function prepareInput(
  name: string,
  part: InputPart,
  options: PrepareInputOptions,
): Promise<PreparedInput> {
  const { table, platform, versions, onProgress, signal } = options;
  const { encoder, modality, settings } = part;
  const { column } = settings;
  const key = await contentKey(name, part, options);
  const kept = join(cacheDirectory(), 'prepared');
  // A plugin at hand has no version: its code may have changed by the next run without a sign.
  const temporary = versions[settings.encoder] === undefined ? join(kept, randomUUID()) : undefined;
  const store = await openPrepared({ directory: temporary ?? kept, key, specs: encoder.inputs });
  const dispose = async (): Promise<void> => {
    await store.dispose();
    if (temporary) await rm(temporary, { recursive: true, force: true });
  };
  const report = timed(onProgress);
  try {
    const records = await prepareAll({
      table,
      column,
      store,
      prepare: async (text, row) => {
        const cell = { table, row, column, text };
        const media = await decodeCell(cell, modality, platform, signal);
        try {
          return encoder.prepare(media);
        } catch (error) {
          throw atCell(error, cell);
        }
      },
      progress: ({ done, total }) => report({ phase: 'prepare', subject: name, done, total }),
      signal,
    });
    return { part, key, lasting: !temporary, store, records, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
