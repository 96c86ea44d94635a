import type { RandomAccess } from '../bytes/random-access.js';
import { notInside, readFileOf, type ReadEntryOptions } from './archive.js';
import { openArchive } from './open-archive.js';

const isParquet = (name: string): boolean => /\.parquet$/i.test(name);

/**
 * The bytes of what `entryAddress` tells of: of a file in a .zip or .tar, of a cell of a Parquet file. Throws
 * SENSORIUM_NOT_FOUND, SENSORIUM_MEDIA_TOO_LARGE beyond `maxBytes`; SENSORIUM_BAD_MEDIA and SENSORIUM_BAD_TABLE for what is
 * damaged; and the signal's reason.
 */
export async function readEntry(
  access: RandomAccess,
  entry: string,
  options: ReadEntryOptions = {},
): Promise<Uint8Array> {
  if (isParquet(access.name))
    return (await import('../parquet/parquet-entry.js')).readParquetEntry(access, entry, options);
  return readFileOf(await openArchive(access), entry, options);
}

/** Throws as `readEntry` where there is none, without a look at its content. */
export async function findEntry(access: RandomAccess, entry: string): Promise<void> {
  if (isParquet(access.name)) {
    await (await import('../parquet/parquet-entry.js')).findParquetEntry(access, entry);
    return;
  }
  const { name, files } = await openArchive(access);
  if (!files.has(entry)) throw notInside(name, entry, files);
}
