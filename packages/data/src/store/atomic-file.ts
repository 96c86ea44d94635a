import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { ioError } from './io-error.js';
import { MOST_AT_ONCE, openFile } from './open-file.js';
import type { AtomicFile } from './store.js';

/** Files that are still being written are called like the file, and so. */
const UNFINISHED = /^(.+)\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.part$/;

/** The name that an unfinished file would get; undefined for others. */
export const targetOf = (name: string): string | undefined => UNFINISHED.exec(name)?.[1];

/**
 * Opens a file for writing; its folder must exist. All of its functions throw SENSORIUM_DISK_FULL,
 * SENSORIUM_NO_PERMISSION, SENSORIUM_NOT_FOUND or SENSORIUM_IO.
 */
export async function openAtomic(path: string): Promise<AtomicFile> {
  const aside = `${path}.${randomUUID()}.part`;
  let handle: FileHandle | undefined = await attempt(path, () => open(aside, 'wx+'));

  const opened = (): FileHandle => {
    if (!handle) throw new Error(`"${path}" is no longer open for writing`);
    return handle;
  };
  const dispose = async (): Promise<void> => {
    const closing = handle;
    if (!closing) return;
    handle = undefined;
    await closing.close();
    await rm(aside, { force: true });
  };

  const publish = async (): Promise<FileHandle> => {
    const own = opened();
    await own.sync();
    await rename(aside, path);
    handle = undefined;
    return own;
  };

  return {
    write: (data, position) => attempt(path, () => writeAll(opened(), data, position)),
    commit: () => attempt(path, async () => (await publish()).close()),
    commitAndOpen: () => attempt(path, async () => openFile(path, await publish())),
    dispose: () => attempt(path, dispose),
  };
}

/**
 * Writes a whole file (text as UTF-8), or nothing: a reader sees the old content or the new, and a failure leaves the old.
 * Throws SENSORIUM_DISK_FULL, SENSORIUM_NO_PERMISSION, SENSORIUM_NOT_FOUND (no such folder) or SENSORIUM_IO.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const file = await openAtomic(path);
  try {
    await file.write(typeof data === 'string' ? new TextEncoder().encode(data) : data, 0);
    await file.commit();
  } finally {
    await file.dispose();
  }
}

/** The system may write less than it was given, above all when the disk fills up. */
async function writeAll(handle: FileHandle, data: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < data.length;) {
    const { bytesWritten } = await handle.write(
      data,
      done,
      Math.min(data.length - done, MOST_AT_ONCE),
      position + done,
    );
    done += bytesWritten;
  }
}

async function attempt<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw ioError(error, path);
  }
}
