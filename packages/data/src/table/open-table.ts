import { readRegularFile } from '../store/regular-file.js';
import type { Table } from './row.js';
import { parseTable, requireTableName } from './table.js';

/**
 * Reads the table at a path; the whole of it is held in memory. Throws SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION,
 * SENSORIUM_IO, SENSORIUM_MEDIA_TOO_LARGE beyond 2 GiB, and what `parseTable` throws.
 */
export async function openTable(path: string, options: { signal?: AbortSignal } = {}): Promise<Table> {
  requireTableName(path);
  return parseTable(await readRegularFile(path, options), path);
}
