import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { ioError } from './io-error.js';

/** SHA-256 of a file of any size, in hexadecimal. Throws SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION or SENSORIUM_IO. */
export async function hashFile(path: string, options: { signal?: AbortSignal } = {}): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash, options);
  } catch (error) {
    throw ioError(error, path);
  }
  return hash.digest('hex');
}
