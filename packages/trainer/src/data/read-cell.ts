import type { IO, Source, Tensors } from '@sensorium/contracts';
import { atCell, type Cell } from './cell.js';
import type { DataColumn } from './data-column.js';
import type { OpenTable } from './open-table.js';

/** Longer texts are cut where an error names them. */
const NAME_CHARACTERS = 80;

/** What becomes of a cell. Throws what decoding and preparing throw, with file and row, and the signal's reason. */
export function prepareCell(cell: Cell, column: DataColumn, table: OpenTable, signal?: AbortSignal): Promise<Tensors> {
  return readCell(cell, cell.source, table, signal, async (source, io) =>
    column.spec.prepare(await column.decode(source, io)),
  );
}

/** Does something with a value of a cell. Throws what that throws, with the place of the cell, and the signal's reason. */
export async function readCell<T>(
  cell: Cell,
  source: Source,
  { files }: OpenTable,
  signal: AbortSignal | undefined,
  work: (source: Source, io: IO) => Promise<T>,
): Promise<T> {
  try {
    return await work(source, files.io({ name: nameOf(source, cell), signal }));
  } catch (error) {
    signal?.throwIfAborted();
    throw atCell(error, cell);
  }
}

/** How errors call what is in a cell. */
function nameOf(source: Source, { row }: Cell): string {
  const text = typeof source === 'object' ? `row ${row.number}` : String(source);
  return text.length > NAME_CHARACTERS ? `${text.slice(0, NAME_CHARACTERS)}…` : text;
}
