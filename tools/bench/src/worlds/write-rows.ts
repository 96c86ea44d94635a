import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encodePng, type Raster } from '@sensorium/media';

/** Cells by their columns: texts, and paths of files. */
export type Row = Readonly<Record<string, string>>;

/** A table of JSON Lines. */
export const writeRows = (file: string, rows: readonly Row[]): Promise<void> =>
  writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));

/** Gives the path back. */
export async function writePicture(file: string, picture: Raster): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, await encodePng(picture));
  return file;
}

/** So many copies, which weigh a small table against a large one. */
export const repeated = (rows: readonly Row[], times: number): Row[] =>
  Array.from({ length: times }, () => rows).flat();
