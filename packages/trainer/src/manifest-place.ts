import { formatLocation, SensoriumError, type ResolvedManifest } from '@sensorium/contracts';
import { nearest, type Table } from '@sensorium/data';
import { placeError, type ReadManifest } from '@sensorium/orchestrator';

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
  const { line, key } = error.location;
  return line === undefined && key === undefined;
}

/** The error of columns that a table lacks, with the parts of the manifest that read them. */
export function namingReaders(
  error: unknown,
  table: Table,
  { inputs, heads }: Pick<ResolvedManifest, 'inputs' | 'heads'>,
  { locate }: ReadManifest,
): unknown {
  if (!SensoriumError.is(error) || error.code !== 'SENSORIUM_MISSING_COLUMN') return error;
  const { code, message, hint, location, cause } = error;
  const readers = [
    ...Object.entries(inputs).map(([name, { column }]) => ({ path: ['inputs', name], column })),
    ...Object.entries(heads).map(([name, { column }]) => ({ path: ['heads', name], column })),
  ].filter(({ column }) => !table.columns.includes(column));
  const named = readers.map(({ path, column }) => `"${column}" is read by ${path.join('.')} (${placeOf(path)})`);
  const [first] = readers;
  const other = (first && nearest(first.column, table.columns)) ?? '…';
  return new SensoriumError({
    code,
    message: [message, ...named].join('\n'),
    hint: `${hint ?? ''}\nA column of another name is named in the part that reads it: column: ${other}`.trim(),
    location,
    cause,
  });

  function placeOf(path: string[]): string {
    const { key: _, ...place } = locate(path);
    return formatLocation(place) || 'the manifest';
  }
}
