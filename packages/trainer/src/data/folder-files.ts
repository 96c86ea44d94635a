import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ioError, type Store } from '@sensorium/data';
import type { Platform } from '@sensorium/orchestrator';
import { ContentHashes } from './content-hashes.js';
import { isFile, type Files } from './files.js';

/** Files of a disk, relative to a folder. What they hold is remembered in the cache. */
export function folderFiles(folder: string, platform: Platform, cache: Store): Files {
  const hashes = new ContentHashes(cache);
  const pathOf = (address: string): string =>
    /^file:/i.test(address) ? fileURLToPath(address) : resolve(folder, address);
  return {
    io: (options) => platform.io(folder, options),
    async find(address) {
      if (!isFile(address)) return;
      const path = pathOf(address);
      try {
        await stat(path);
      } catch (error) {
        throw ioError(error, path);
      }
    },
    contentOf: async (address, signal) =>
      isFile(address) ? hashes.of(pathOf(address), signal) : { hash: address, wasRead: false },
    save: () => hashes.save(),
  };
}
