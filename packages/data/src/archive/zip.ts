import { SensoriumError } from '@sensorium/contracts';
import { unzipRaw, type ZipEntry } from 'unzipit';
import type { RandomAccess } from '../bytes/random-access.js';
import { archiveOf, type Archive, type ArchiveFile } from './archive.js';
import { badArchive } from './archive-error.js';

/**
 * Reads what is in a zip from the directory at its end. Throws SENSORIUM_BAD_MEDIA for what is no zip or cut, and what
 * `archiveOf` throws.
 */
export async function openZip(access: RandomAccess, signal?: AbortSignal): Promise<Archive> {
  const { name } = access;
  const entries = await unzipRaw(readerOf(access, signal)).then(
    ({ entries }) => entries,
    (cause: unknown) => {
      throw damaged(cause, name, `is no zip that can be read`);
    },
  );
  return archiveOf(
    access,
    entries.filter(({ isDirectory }) => !isDirectory).map((entry) => fileOf(entry, access)),
  );
}

function fileOf(entry: ZipEntry, { name }: RandomAccess): ArchiveFile {
  const { name: path, size, compressedSize } = entry;
  return {
    path,
    size,
    storedSize: compressedSize,
    async read(signal) {
      if (entry.encrypted) throw badArchive(name, `has "${path}" behind a password`, 'Pack it without one.');
      try {
        const bytes = new Uint8Array(await entry.arrayBuffer());
        signal?.throwIfAborted();
        return bytes;
      } catch (cause) {
        signal?.throwIfAborted();
        throw damaged(cause, name, `has a damaged file "${path}"`);
      }
    },
  };
}

const readerOf = ({ size, read }: RandomAccess, signal?: AbortSignal) => ({
  getLength: async () => size,
  read: (offset: number, length: number) => read(offset, offset + length, signal),
});

/** What reading itself throws says more. */
const damaged = (cause: unknown, name: string, message: string): unknown =>
  cause instanceof Error && !SensoriumError.is(cause)
    ? badArchive(name, `${message}: ${cause.message}`, 'Copy or download it again.', cause)
    : cause;
