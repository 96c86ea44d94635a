import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ioError, makeDirectory, writeFileAtomic } from '@sensorium/data';
import { encodePng, type Raster } from '@sensorium/media';
import { sceneCaptions, type SceneCaptionsOptions, type SceneSplit } from '../dataset.js';
import { renderScene } from '../render.js';
import type { Scene } from '../scene.js';

/** Height and width of the pictures. */
export const PICTURE_SIZE = 64;

export interface SceneRow<Column extends string> {
  /** Rows that follow each other and are about one scene share this object, and its picture. */
  readonly scene: Scene;
  readonly cells: Readonly<Record<Column, string>>;
}

/** Renders scenes to PNG files and their captions to a table `<split>.csv` with the columns image, caption. */
export function writeCaptionTable(folder: string, options: Required<SceneCaptionsOptions>): Promise<void> {
  const rows = function* () {
    for (const { scene, caption } of sceneCaptions(options)) yield { scene, cells: { caption } };
  };
  return writeSceneTable(folder, options.split, ['caption'], rows());
}

/**
 * Renders scenes to PNG files `<split>/1.png` …, and writes `<split>.csv` with the column image and those of the cells, at the
 * end. Throws SENSORIUM_DISK_FULL, SENSORIUM_NO_PERMISSION, SENSORIUM_NOT_FOUND or SENSORIUM_IO.
 */
export async function writeSceneTable<Column extends string>(
  folder: string,
  split: SceneSplit,
  columns: readonly Column[],
  rows: Iterable<SceneRow<Column>>,
): Promise<void> {
  await makeDirectory(join(folder, split));
  const lines = [['image', ...columns].join(',')];
  let last: Scene | undefined;
  let pictures = 0;
  for (const { scene, cells } of rows) {
    if (scene !== last) {
      const picture = renderScene(scene, { size: PICTURE_SIZE });
      await writePicture(join(folder, split, `${++pictures}.png`), picture);
    }
    last = scene;
    lines.push([`${split}/${pictures}.png`, ...columns.map((column) => quote(cells[column]))].join(','));
  }
  await writeFileAtomic(join(folder, `${split}.csv`), `${lines.join('\n')}\n`);
}

/** Not atomic, which waits for the disk ten times as long as all the rest takes: what names the picture is written after it. */
export async function writePicture(path: string, raster: Raster): Promise<void> {
  const png = await encodePng(raster);
  await writeFile(path, png).catch((error: unknown) => {
    throw ioError(error, path);
  });
}

export const quote = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
