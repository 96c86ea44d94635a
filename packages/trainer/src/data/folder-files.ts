import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addressInside, disk, entryAddress, findEntry, ioError, isHttp, type Store } from '@sensorium/data';
import type { Platform } from '@sensorium/orchestrator';
import { ContentHashes } from './content-hashes.js';
import { isFile, type Files } from './files.js';

/**
 * Files of a disk, and those in archives and Parquet files there, relative to a folder, which may be one in an archive or on a
 * server. What they hold is remembered in the cache.
 */
export function folderFiles(folder: string, platform: Platform, cache: Store): Files {
  const hashes = new ContentHashes(cache);
  const archive = entryAddress(folder);
  const pathOf = (address: string): string => {
    if (/^file:/i.test(address)) return fileURLToPath(address);
    return archive ? addressInside(archive, address) : resolve(folder, address);
  };
  const isHere = (address: string): boolean => isFile(address) && !isHttp(folder);
  return {
    io: (options) => platform.io(folder, options),
    async find(address) {
      if (!isHere(address)) return;
      const path = pathOf(address);
      const inside = entryAddress(path);
      if (inside) await findEntry(await disk.open(inside.container), inside.entry);
      else await findFile(path);
    },
    contentOf: async (address, signal) =>
      isHere(address) ? hashes.of(pathOf(address), signal) : { hash: elsewhere(address, folder), wasRead: false },
    save: () => hashes.save(),
  };
}

/** A path of a table on a server is an address there. */
const elsewhere = (address: string, folder: string): string => (isFile(address) ? `${folder}/${address}` : address);

async function findFile(path: string): Promise<void> {
  try {
    await stat(path);
  } catch (error) {
    throw ioError(error, path);
  }
}
