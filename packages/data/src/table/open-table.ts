import { readFile } from 'node:fs/promises';
import { ioError } from '../store/io-error.js';
import type { Table } from './row.js';
import { parseTable, requireTableName } from './table.js';

/**
 * Reads the table at a path; the whole of it is held in memory. Throws SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION,
 * SENSORIUM_IO, and what `parseTable` throws.
 */
export async function openTable(path: string, options: { signal?: AbortSignal } = {}): Promise<Table> {
  requireTableName(path);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path, options);
  } catch (error) {
    throw ioError(error, path);
  }
  return parseTable(bytes, path);
}
