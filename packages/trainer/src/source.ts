import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Media, Modality } from '@sensorium/contracts';
import type { Table } from '@sensorium/data';
import type { Platform } from '@sensorium/orchestrator';
import { atCell, type Cell } from './cell.js';

/** Two letters or more, so that `C:\` is none. */
const URL_SCHEME = /^[a-z][a-z+.-]+:/i;

/** Longer texts are cut where an error names them. */
const NAME_CHARACTERS = 80;

/** Files of a table are relative to the table; URLs and texts are what they are. */
export function sourceOf(cell: string, modality: Modality, table: Table): string {
  return modality === 'text' || URL_SCHEME.test(cell) ? cell : resolve(dirname(table.path), cell);
}

/** Throws what decoding throws, with the place of the cell. */
export async function decodeCell(
  cell: Cell,
  modality: Modality,
  platform: Platform,
  signal?: AbortSignal,
): Promise<Media> {
  const { text, table } = cell;
  const name = text.length > NAME_CHARACTERS ? `${text.slice(0, NAME_CHARACTERS)}…` : text;
  try {
    return await platform.decode(modality, sourceOf(text, modality, table), name, signal);
  } catch (error) {
    throw atCell(error, cell);
  }
}

/** The file that a source is; undefined for texts and other addresses. */
export function fileOf(source: string, modality: Modality): string | undefined {
  if (modality === 'text') return undefined;
  if (/^file:/i.test(source)) return fileURLToPath(source);
  return URL_SCHEME.test(source) ? undefined : source;
}
