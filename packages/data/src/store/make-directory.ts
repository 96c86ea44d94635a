import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ioError } from './io-error.js';

/**
 * Makes a folder and those above it, where they are not there yet. Throws SENSORIUM_NO_PERMISSION, SENSORIUM_DISK_FULL,
 * SENSORIUM_NOT_FOUND (a file is in the way) or SENSORIUM_IO.
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await makeWithParents(path);
  } catch (error) {
    throw ioError(error, path);
  }
}

/** Node's own `recursive` calls a read-only disk "not found". */
async function makeWithParents(path: string): Promise<void> {
  const failure = await makeOne(path);
  if (failure === undefined) return;
  const parent = dirname(path);
  if (failure.code !== 'ENOENT' || parent === path) throw failure;
  await makeWithParents(parent);
  const again = await makeOne(path);
  if (again) throw again;
}

async function makeOne(path: string): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await mkdir(path);
  } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    return failure.code === 'EEXIST' ? undefined : failure;
  }
  return undefined;
}
