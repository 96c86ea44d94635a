import { SensoriumError, type ResolvedManifest, type Tensors } from '@sensorium/contracts';
import { hashFile, openTable, requireColumns, type Row, type Table } from '@sensorium/data';
import { stack } from '@sensorium/tensors';
import { mapRecord, type Parts, type ReadManifest } from '@sensorium/orchestrator';
import { atCell, locationOf } from './cell.js';
import { namingReaders } from './manifest-place.js';

export interface TableFile {
  readonly table: Table;
  /** SHA-256 of the file. */
  readonly hash: string;
}

/** A table in which every row has what the model needs. */
export interface LabelledTable extends TableFile {
  /** Of each head, [rows,…]. */
  readonly targets: Readonly<Record<string, Tensors>>;
}

/**
 * Reads a table that has a column for each input and head. Throws what `openTable` and `requireColumns` throw.
 *
 * @param read where a person wrote the manifest, so that errors can say where it names a column
 */
export async function readTable(
  path: string,
  manifest: Pick<ResolvedManifest, 'inputs' | 'heads'>,
  signal?: AbortSignal,
  read?: ReadManifest,
): Promise<TableFile> {
  const [table, hash] = await Promise.all([openTable(path, { signal }), hashFile(path, { signal })]);
  const columns = [...Object.values(manifest.inputs), ...Object.values(manifest.heads)].map(({ column }) => column);
  try {
    requireColumns(table, columns);
  } catch (error) {
    throw read ? namingReaders(error, table, manifest, read) : error;
  }
  return { table, hash };
}

/**
 * Reads the targets of all rows, and looks for inputs that may not be missing: all of it is quick, and done before any
 * picture is prepared. Throws SENSORIUM_UNSEEN_LABEL, SENSORIUM_MISSING_INPUT, SENSORIUM_BAD_TABLE with file and row.
 */
export function labelTable({ table, hash }: TableFile, parts: Parts): LabelledTable {
  for (const { settings } of Object.values(parts.inputs)) {
    if (settings.missing === 'error') for (const row of table.rows) requireInput(table, row, settings.column);
  }
  const targets = mapRecord(parts.heads, ({ head, column }) =>
    stack(
      table.rows.map((row) => {
        const value = requireAnswer(table, row, column);
        try {
          return head.target(value);
        } catch (error) {
          throw atCell(error, { table, row, column });
        }
      }),
    ),
  );
  return { table, hash, targets };
}

function requireInput(table: Table, row: Row, column: string): void {
  if ((row.values[column] ?? null) !== null) return;
  throw new SensoriumError({
    code: 'SENSORIUM_MISSING_INPUT',
    message: `the column "${column}" is empty`,
    hint: 'Fill the cell, remove the row, or let the input be missing with "missing: skip" or "missing: learned".',
    location: locationOf({ table, row, column }),
  });
}

function requireAnswer(table: Table, row: Row, column: string): string {
  const value = row.values[column] ?? null;
  if (value !== null) return value;
  throw new SensoriumError({
    code: 'SENSORIUM_BAD_TABLE',
    message: `the column "${column}", from which the model learns or is judged, is empty`,
    hint: 'Fill the cell or remove the row.',
    location: locationOf({ table, row, column }),
  });
}
