import { ioError } from '../store/io-error.js';
import { openRegularFile } from '../store/open-regular-file.js';
import { endedEarly } from './ended.js';
import type { RandomAccess } from './random-access.js';

/**
 * A file of the disk. It is open only while it is read, so that nothing has to be closed. Throws SENSORIUM_NOT_FOUND,
 * SENSORIUM_NO_PERMISSION, SENSORIUM_IO.
 */
export async function fileAccess(path: string): Promise<RandomAccess> {
  const handle = await openRegularFile(path);
  const { size, mtimeMs, ctimeMs } = await handle.stat().finally(() => handle.close());
  return {
    name: path,
    size,
    state: [path, size, mtimeMs, ctimeMs].join('\n'),
    read: (start, end, signal) => readPart(path, start, end, signal),
  };
}

async function readPart(
  path: string,
  start: number,
  end: number,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  signal?.throwIfAborted();
  const handle = await openRegularFile(path);
  try {
    const bytes = new Uint8Array(end - start);
    for (let filled = 0; filled < bytes.length;) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
      if (bytesRead === 0) throw endedEarly(path);
      filled += bytesRead;
      signal?.throwIfAborted();
    }
    return bytes;
  } catch (error) {
    throw ioError(error, path);
  } finally {
    await handle.close();
  }
}
