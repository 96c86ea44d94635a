import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Media, Modality } from '@sensorium/contracts';
import { ioError, type Table } from '@sensorium/data';
import type { InputPart, Platform } from '@sensorium/orchestrator';

/** Files of a table are relative to the table; URLs and texts are what they are. */
export function sourceOf(cell: string, modality: Modality, table: Table): string {
  if (modality === 'text' || /^[a-z][a-z+.-]+:/i.test(cell)) return cell;
  return resolve(dirname(table.path), cell);
}

export function decodeCell(
  cell: string,
  { modality }: Pick<InputPart, 'modality'>,
  table: Table,
  platform: Platform,
): Promise<Media> {
  return platform.decode(modality, sourceOf(cell, modality, table), cell.length > 80 ? `${cell.slice(0, 80)}…` : cell);
}

/** What changes when a source's content does: a text itself, a file's size and time. */
export async function fingerprint(cell: string, modality: Modality, table: Table): Promise<string> {
  const source = sourceOf(cell, modality, table);
  if (modality === 'text' || source === cell) return cell;
  try {
    const { size, mtimeMs } = await stat(source);
    return `${source} ${size} ${mtimeMs}`;
  } catch (error) {
    throw ioError(error, source);
  }
}
