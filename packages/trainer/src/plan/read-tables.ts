import { SensoriumError, type ResolvedManifest } from '@sensorium/contracts';
import type { ReadManifest } from '@sensorium/orchestrator';
import { namesOf } from '../data/cell.js';
import type { OnError } from '../data/fate.js';
import type { OpenTable } from '../data/open-table.js';
import { readersOf, readTable, requireReaders, rowsAsTable, type TableName, type Tables } from '../data/table.js';
import type { Origin } from '../host.js';
import { namingReaders, opened } from './manifest-place.js';
import type { RowOptions } from './options.js';

/**
 * The tables of a training: rows in memory, or the files that the manifest names. Each has a column for each input and head.
 * Throws SENSORIUM_MANIFEST_INVALID where there is nothing to train on, SENSORIUM_USAGE for rows without training rows, and
 * what reading throws.
 */
export async function openTables(
  manifest: ResolvedManifest,
  rows: RowOptions,
  origin: Origin,
  read: ReadManifest,
  signal?: AbortSignal,
): Promise<Tables<OpenTable>> {
  const readers = readersOf(manifest);
  if (!rows.rows && (rows.validation ?? rows.test)) throw withoutRows();
  const tables = rows.rows
    ? openRows(rows, rows.rows, origin, manifest.data.onError)
    : await openFiles(manifest, origin, read, signal);
  for (const [name, open] of Object.entries(tables) as [TableName, OpenTable][]) {
    const { groups } = manifest.data;
    try {
      requireReaders(open, readers, name === 'train' && groups !== undefined ? [groups] : []);
    } catch (error) {
      throw namingReaders(error, open.table, readers, read);
    }
  }
  return tables;
}

function openRows(
  { validation, test }: RowOptions,
  rows: readonly object[],
  origin: Origin,
  onError: OnError,
): Tables<OpenTable> {
  return {
    train: rowsAsTable(rows, 'rows', origin, onError),
    ...(validation && { validation: rowsAsTable(validation, 'validation', origin, onError) }),
    ...(test && { test: rowsAsTable(test, 'test', origin, onError) }),
  };
}

async function openFiles(
  manifest: ResolvedManifest,
  origin: Origin,
  read: ReadManifest,
  signal: AbortSignal | undefined,
): Promise<Tables<OpenTable>> {
  const { train, validation, test } = manifest.data;
  if (train === undefined) throw nothingToTrainOn(read);
  const needed = readersOf(manifest).flatMap(namesOf);
  const columns = manifest.data.groups === undefined ? needed : [...needed, manifest.data.groups];
  const open = (name: TableName, path: string): Promise<OpenTable> =>
    opened(read, `data.${name}`, () => readTable(path, origin, { columns, onError: manifest.data.onError, signal }));
  return {
    train: await open('train', train),
    ...(validation !== undefined && { validation: await open('validation', validation) }),
    ...(test !== undefined && { test: await open('test', test) }),
  };
}

const nothingToTrainOn = (read: ReadManifest): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: 'the manifest names no training table',
    hint: 'Add  data: { train: train.csv }  with a column for each input and head, or give rows.',
    location: read.locate(['data']),
  });

const withoutRows = (): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_USAGE',
    message: 'there are rows for validation or test, and none to train on',
    hint: 'Give the training rows as "rows", or name all tables in the manifest.',
  });

/** The manifest as it was used: rows in memory stand in place of its tables. */
export function withoutTables(manifest: ResolvedManifest): ResolvedManifest {
  const { train: _train, validation: _validation, test: _test, ...data } = manifest.data;
  return { ...manifest, data };
}

/** What folders, archives and patterns were read as. */
export const readingNotes = (tables: Tables<OpenTable>): string[] =>
  Object.entries<OpenTable>({ ...tables }).flatMap(([name, { readAs }]) =>
    readAs === undefined ? [] : [`data.${name} is ${readAs}`],
  );
