import { type FileHandle, constants, open } from 'node:fs/promises';
import { SensoriumError } from '@sensorium/contracts';
import { ioError } from './io-error.js';

/**
 * Opens a file for reading. Throws SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION; SENSORIUM_IO for a folder, and for pipes and
 * devices, which may have no end.
 */
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
