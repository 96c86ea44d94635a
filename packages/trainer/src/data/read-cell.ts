import { SensoriumError, type IO, type Source, type Tensors } from '@sensorium/contracts';
import { sha256 } from '@sensorium/data';
import { atCell, type Cell } from './cell.js';
import type { DataColumn } from './data-column.js';
import type { OpenTable } from './open-table.js';

/** Longer texts are cut where an error names them. */
const NAME_CHARACTERS = 80;

/**
 * What becomes of a cell. Throws what decoding and preparing throw, with file and row, and the signal's reason.
 *
 * @param hashes SHA-256 by the addresses of files, which must be what is decoded: another content is SENSORIUM_IO
 */
export function prepareCell(
  cell: Cell,
  column: DataColumn,
  table: OpenTable,
  signal?: AbortSignal,
  hashes: ReadonlyMap<string, string> = new Map(),
): Promise<Tensors> {
  return readCell(cell, cell.source, table, signal, async (source, io) =>
    column.spec.prepare(await column.decode(source, verified(io, hashes))),
  );
}

/** Reads no other bytes than those that were hashed. */
const verified = (io: IO, hashes: ReadonlyMap<string, string>): IO => ({
  ...io,
  async read(address, options) {
    const bytes = await io.read(address, options);
    const expected = hashes.get(String(address));
    if (expected === undefined || (await sha256(bytes)) === expected) return bytes;
    throw new SensoriumError({
      code: 'SENSORIUM_IO',
      message: `"${String(address)}" was changed while it was being prepared for training`,
      hint: 'Start again when nothing is written to the files any more. Nothing was kept of the changed file.',
    });
  },
});

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
