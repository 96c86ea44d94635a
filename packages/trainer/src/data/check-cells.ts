import { required, SensoriumError } from '@sensorium/contracts';
import { noRecord, type Row } from '@sensorium/data';
import { locationOf, namesOf, type Place } from './cell.js';
import type { DataColumn } from './data-column.js';
import { forgiving } from './fate.js';
import { prepareCell } from './read-cell.js';
import type { OpenTable } from './open-table.js';

/**
 * Throws SENSORIUM_MISSING_INPUT or SENSORIUM_BAD_TABLE for the first empty cell of a column that every row must have,
 * SENSORIUM_MISSING_INPUT for the first row in which all inputs are empty, and SENSORIUM_BAD_TABLE for a column of bytes whose values are expected in the table itself.
 */
export async function requireCells(open: OpenTable, columns: readonly DataColumn[]): Promise<void> {
  for (const column of columns) requireValues(open, column);
  // Their rows are left out.
  if (open.onError === 'skip') return;
  for (const column of columns) {
    if (column.presentName !== null) continue;
    const { positions } = await open.values(column);
    const empty = open.table.rows.find((_, index) => positions[index] === noRecord);
    if (empty) throw missingAt(open, column, empty);
  }
  const inputs = columns.filter(({ isTarget }) => !isTarget);
  const values = await Promise.all(inputs.map((column) => open.values(column)));
  const [first] = rowsWithoutInputs(values.map(({ positions }) => positions));
  if (first !== undefined) throw allMissingAt(open, inputs, first);
}

/**
 * Where nothing is recorded for any input: indices of rows. Of one input alone there are none: whoever lets it be missing wants an
 * answer without it.
 */
export function rowsWithoutInputs(records: readonly Uint32Array[]): number[] {
  const [first = new Uint32Array(), ...others] = records;
  if (others.length === 0) return [];
  return [...first.keys()].filter(
    (row) => first[row] === noRecord && others.every((record) => record[row] === noRecord),
  );
}

/** @param index of the row, from 0 */
export function allMissingAt(open: OpenTable, inputs: readonly DataColumn[], index: number): SensoriumError {
  const row = required(open.table.rows[index], 'a row');
  const { file, line, row: number } = locationOf({ ...required(inputs[0], 'an input'), table: open.table, row });
  return new SensoriumError({
    code: 'SENSORIUM_MISSING_INPUT',
    message: `every input is missing or empty: ${inputs.map(({ name }) => name).join(', ')}`,
    hint: 'Fill one of the cells at least, remove the row, or leave such rows out with "data.onError: skip".',
    location: { file, line, row: number },
  });
}

function requireValues({ table }: OpenTable, column: DataColumn): void {
  const name = namesOf(column).find((one) => table.bytes?.includes(one));
  if (name === undefined || column.modality.from === 'file') return;
  throw new SensoriumError({
    code: 'SENSORIUM_BAD_TABLE',
    message: `the column "${name}" holds bytes, and ${column.key} needs a ${column.modality.name} in the cell itself`,
    hint: 'Write the column with the type of its values: texts of Parquet are of type STRING (UTF8).',
    location: { file: table.path, key: name },
  });
}

export const missingAt = ({ table }: OpenTable, column: DataColumn, row: Row): SensoriumError =>
  missing({ ...column, table, row }, column);

function missing(place: Place, { isTarget }: DataColumn): SensoriumError {
  const names = namesOf(place);
  const what = names.length === 1 ? `the column "${names.join()}"` : `each of the columns ${names.join(', ')}`;
  const location = locationOf(place);
  if (isTarget) {
    return new SensoriumError({
      code: 'SENSORIUM_BAD_TABLE',
      message: `${what}, from which the model learns or is judged, is empty`,
      hint: 'Fill the cell or remove the row.',
      location,
    });
  }
  return new SensoriumError({
    code: 'SENSORIUM_MISSING_INPUT',
    message: `${what} is empty`,
    hint: 'Fill the cell, remove the row, or let the input be missing with "missing: skip" or "missing: learned".',
    location,
  });
}

/**
 * Prepares every value that a head learns from, where it stands in the table itself: an unseen label is found before any
 * picture is looked at. Throws what decoding and preparing throw, with file and row.
 */
export async function checkTargets(
  open: OpenTable,
  columns: readonly DataColumn[],
  signal?: AbortSignal,
): Promise<void> {
  for (const column of columns) {
    if (!column.isTarget || column.modality.from === 'file') continue;
    for (const cell of (await open.values(column)).cells) {
      await forgiving(open, column, () => prepareCell(cell, column, open, signal));
    }
  }
}
