import { SensoriumError } from '@sensorium/contracts';
import { ioError } from './io-error.js';
import { openRegularFile } from './open-regular-file.js';

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

const tooLarge = (path: string, size: number, maxBytes: number): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MEDIA_TOO_LARGE',
    message: `"${path}" has ${gigabytes(size)} GB; at most ${gigabytes(maxBytes)} GB are read at once`,
    hint: 'Give a part of it: of a table some of the rows.',
    location: { file: path },
  });

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(2);
