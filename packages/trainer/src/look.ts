import { stat } from 'node:fs/promises';
import type { Modality } from '@sensorium/contracts';
import { ioError, type Table } from '@sensorium/data';
import type { InputPart, Parts, Platform } from '@sensorium/orchestrator';
import { atCell, distinctCells, type Cell } from './cell.js';
import { decodeCell, fileOf, sourceOf } from './source.js';

/** What was seen of the pictures of one input in one table, without preparing all of them. */
export interface Look {
  readonly table: string;
  readonly input: string;
  /** Different values of the column. */
  readonly sources: number;
  /** So many of them, from the first, are there, if they are files. */
  readonly found: number;
  /** So many of them, from the first, were decoded. */
  readonly decoded: number;
}

const MOST_FOUND = 10_000;
const MOST_DECODED = 4;
/** Files that are looked for at once. */
const BLOCK = 256;

interface LookOptions {
  readonly platform: Platform;
  readonly signal?: AbortSignal;
}

/**
 * Looks for the files of the tables' rows, the first 10,000 of each column, and decodes the first 4. Throws the first bad
 * cell's error, with file and row. Texts stand in the table itself.
 */
export async function lookAtMedia(
  tables: Readonly<Record<string, Table>>,
  { inputs }: Parts,
  options: LookOptions,
): Promise<Look[]> {
  const looks: Look[] = [];
  for (const [name, table] of Object.entries(tables)) {
    for (const [input, part] of Object.entries(inputs)) {
      if (part.modality !== 'text') looks.push({ table: name, input, ...(await lookAt(table, part, options)) });
    }
  }
  return looks;
}

async function lookAt(
  table: Table,
  { modality, encoder, settings }: InputPart,
  { platform, signal }: LookOptions,
): Promise<Pick<Look, 'sources' | 'found' | 'decoded'>> {
  const cells = distinctCells(table, settings.column);
  const [found, first] = [cells.slice(0, MOST_FOUND), cells.slice(0, MOST_DECODED)];
  for (let start = 0; start < found.length; start += BLOCK) {
    signal?.throwIfAborted();
    await Promise.all(found.slice(start, start + BLOCK).map((cell) => findCell(cell, modality)));
  }
  for (const cell of first) {
    prepareAt(cell, encoder, await decodeCell(cell, modality, platform, signal));
  }
  return { sources: cells.length, found: found.length, decoded: first.length };
}

/** Throws where the cell names a file that is not there. */
async function findCell(cell: Cell, modality: Modality): Promise<void> {
  const file = fileOf(sourceOf(cell.text, modality, cell.table), modality);
  if (file === undefined) return;
  try {
    await stat(file);
  } catch (error) {
    throw atCell(ioError(error, file), cell);
  }
}

function prepareAt(cell: Cell, encoder: InputPart['encoder'], media: Parameters<typeof encoder.prepare>[0]): void {
  try {
    encoder.prepare(media);
  } catch (error) {
    throw atCell(error, cell);
  }
}
