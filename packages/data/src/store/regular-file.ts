import { type FileHandle, constants, open } from 'node:fs/promises';
import { SensoriumError } from '@sensorium/contracts';
import { ioError } from './io-error.js';

/** Node reads no more at once. */
const MOST_BYTES = 2 ** 31 - 1;

export interface ReadFileOptions {
  /** Larger files are refused before anything of them is read. Default: 2 GiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/**
 * All bytes of a file. Throws SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION, SENSORIUM_MEDIA_TOO_LARGE; SENSORIUM_IO for a folder,
 * and for pipes and devices, which may have no end; and the signal's reason.
 */
export async function readRegularFile(path: string, options: ReadFileOptions = {}): Promise<Uint8Array> {
  const { maxBytes = MOST_BYTES, signal } = options;
  signal?.throwIfAborted();
  const handle = await openRegularFile(path);
  try {
    const { size } = await handle.stat();
    if (size > maxBytes) throw tooLarge(path, size, maxBytes);
    return await handle.readFile({ signal });
  } catch (error) {
    throw ioError(error, path);
  } finally {
    await handle.close();
  }
}

/** Opens a file for reading. Throws as `readRegularFile`. */
export async function openRegularFile(path: string): Promise<FileHandle> {
  try {
    // Opening a pipe would otherwise wait for somebody to write into it.
    const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const status = await handle.stat();
    if (status.isFile()) return handle;
    await handle.close();
    throw notAFile(path, status.isDirectory() ? 'a folder' : 'a pipe or a device');
  } catch (error) {
    throw ioError(error, path);
  }
}

const notAFile = (path: string, kind: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_IO',
    message: `"${path}" is ${kind}, and a file is needed`,
    hint: kind === 'a folder' ? 'Name a file in it.' : 'Write what comes out of it into a file, and give that.',
    location: { file: path },
  });

const tooLarge = (path: string, size: number, maxBytes: number): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MEDIA_TOO_LARGE',
    message: `"${path}" has ${gigabytes(size)} GB; at most ${gigabytes(maxBytes)} GB are read at once`,
    hint: 'Give a part of it: of a table some of the rows.',
    location: { file: path },
  });

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(2);
