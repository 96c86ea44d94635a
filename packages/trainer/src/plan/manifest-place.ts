import { formatLocation, SensoriumError } from '@sensorium/contracts';
import { nearest, type Table } from '@sensorium/data';
import { placeError, type ReadManifest } from '@sensorium/orchestrator';
import { namesOf } from '../data/cell.js';
import type { Reader } from '../data/table.js';

/** Runs what builds the parts of a manifest. Its errors name a key, and get the place where it was written. */
export async function placed<T>(read: ReadManifest, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw placeError(error, read);
  }
}

/** Opens a file that the manifest names at `key`. Errors of the file as a whole are for the manifest. */
export async function opened<T>(read: ReadManifest, key: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    throw isOfWholeFile(error) ? placeError(error, read, key) : error;
  }
}

function isOfWholeFile(error: unknown): boolean {
  if (!SensoriumError.is(error) || !error.location) return false;
  const { line, key, row } = error.location;
  return line === undefined && key === undefined && row === undefined;
}

/** The error of columns that a table lacks, with the parts of the manifest that read them. */
export function namingReaders(
  error: unknown,
  table: Table,
  readers: readonly Reader[],
  { locate }: ReadManifest,
): unknown {
  if (!SensoriumError.is(error) || error.code !== 'SENSORIUM_MISSING_COLUMN') return error;
  const { code, message, hint, location, cause } = error;
  const missing = readers.flatMap((reader) =>
    namesOf(reader)
      .filter((column) => !table.columns.includes(column))
      .map((column) => ({ path: reader.path, column })),
  );
  const named = missing.map(({ path, column }) => `"${column}" is read by ${path.join('.')} (${placeOf(path)})`);
  const other = missing.flatMap(({ column }) => nearest(column, table.columns) ?? [])[0] ?? '…';
  const renaming = `A column of another name is named in the part that reads it: column: ${other}`;
  return new SensoriumError({
    code,
    message: [message, ...named].join('\n'),
    hint: [hint, renaming].filter((line) => line !== undefined).join('\n'),
    location,
    cause,
  });

  function placeOf(path: readonly string[]): string {
    const { key: _, ...place } = locate([...path]);
    return formatLocation(place) || 'the manifest';
  }
}
