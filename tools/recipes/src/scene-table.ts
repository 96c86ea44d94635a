import { join } from 'node:path';
import type { Raster } from '@sensorium/contracts';
import { makeDirectory, writeFileAtomic } from '@sensorium/data';
import { encodePng } from '@sensorium/media';
import { renderScene, sceneExamples, type Scene } from '@sensorium/starter';

export interface SceneTable {
  readonly split: 'train' | 'validation' | 'test';
  readonly seed: number;
  readonly scenes: number;
  readonly questionsPerScene: number;
  readonly mostObjects: number;
}

/** Height and width of the pictures. */
export const PICTURE_SIZE = 64;

/** Renders scenes to PNG files and their questions to a table `<split>.csv` with the columns image, question, answer. */
export async function writeSceneTable(folder: string, { split, ...options }: SceneTable): Promise<void> {
  await makeDirectory(join(folder, split));
  const lines = ['image,question,answer'];
  let last: Scene | undefined;
  let file = '';
  let count = 0;
  for (const { scene, question, answer } of sceneExamples({ ...options, split })) {
    if (scene !== last) {
      file = `${split}/${count++}.png`;
      await writePicture(join(folder, file), renderScene(scene, { size: PICTURE_SIZE }));
    }
    last = scene;
    lines.push([file, question, answer].map(quote).join(','));
  }
  await writeFileAtomic(join(folder, `${split}.csv`), `${lines.join('\n')}\n`);
}

export async function writePicture(path: string, raster: Raster): Promise<void> {
  await writeFileAtomic(path, await encodePng(raster));
}

const quote = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
