import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { required } from '@sensorium/contracts';
import { ioError, makeDirectory, writeFileAtomic } from '@sensorium/data';
import { encodePng, encodeWav, type Series } from '@sensorium/media';
import sharp from 'sharp';
import type { SceneSplit } from '../dataset.js';
import { captionIn, languages } from '../language/languages.js';
import { renderScene } from '../render.js';
import type { Scene } from '../scene.js';
import {
  movementOf,
  PERIOD,
  renderDepth,
  renderFilm,
  renderSensor,
  renderSketch,
  renderSound,
  renderThermal,
  sceneFacts,
  type Film,
} from '../senses/index.js';
import { PICTURE_SIZE, quote } from './scene-table.js';

const FRAMES = 8;
/** Hertz: half of what people hear of these sounds, in half of the bytes. */
const RATE = 8_000;

/** Columns of a table of scenes in every sense: files, words, facts, and what is true of the first object. */
export const sensesColumns = [
  ...['image', 'sketch', 'film', 'depth', 'heat', 'sound', 'sensor'],
  ...languages,
  ...['background', 'objects', 'weight', 'widest', 'moves'],
  ...['shape', 'colour', 'size', 'material', 'movement'],
] as const;

export type SensesRow = Readonly<Record<(typeof sensesColumns)[number], string>>;

/** What is written of a scene for each sense, and as which kind of file. */
const files: Readonly<
  Record<string, { readonly type: string; readonly encode: (scene: Scene) => Promise<Uint8Array> | Uint8Array }>
> = {
  image: { type: 'png', encode: (scene) => encodePng(renderScene(scene, { size: PICTURE_SIZE })) },
  sketch: { type: 'png', encode: (scene) => encodePng(renderSketch(scene, { size: PICTURE_SIZE })) },
  film: { type: 'webp', encode: (scene) => encodeFilm(renderFilm(scene, { size: PICTURE_SIZE, frames: FRAMES })) },
  depth: { type: 'png', encode: (scene) => encodePng(renderDepth(scene, { size: PICTURE_SIZE })) },
  heat: { type: 'png', encode: (scene) => encodePng(renderThermal(scene, { size: PICTURE_SIZE })) },
  sound: { type: 'wav', encode: (scene) => encodeWav(renderSound(scene, { rate: RATE })) },
  sensor: { type: 'csv', encode: (scene) => new TextEncoder().encode(tableOf(renderSensor(scene))) },
};

/**
 * Writes `<split>.csv` with `sensesColumns`, and the files that it names: `<split>/1-image.png`, `<split>/1-sound.wav` …. Gives its
 * rows. Throws SENSORIUM_DISK_FULL, SENSORIUM_NO_PERMISSION, SENSORIUM_NOT_FOUND or SENSORIUM_IO.
 */
export async function writeSenses(folder: string, split: SceneSplit, scenes: Iterable<Scene>): Promise<SensesRow[]> {
  await makeDirectory(join(folder, split));
  const rows: SensesRow[] = [];
  for (const scene of scenes) {
    const paths: Record<string, string> = {};
    for (const [sense, { type, encode }] of Object.entries(files)) {
      const path = `${split}/${rows.length + 1}-${sense}.${type}`;
      paths[sense] = path;
      await write(join(folder, path), await encode(scene));
    }
    rows.push({ ...paths, ...told(scene) } as SensesRow);
  }
  const lines = rows.map((row) => sensesColumns.map((column) => quote(row[column])).join(','));
  await writeFileAtomic(join(folder, `${split}.csv`), `${[sensesColumns.join(','), ...lines].join('\n')}\n`);
  return rows;
}

/** All that is no file. */
function told(scene: Scene): Record<string, string> {
  const { shape, colour, size, material } = required(scene.objects[0], 'the first object');
  const words = languages.map((language) => [language, captionIn[language](scene)]);
  const facts = Object.entries(sceneFacts(scene)).map(([name, fact]) => [name, String(fact)]);
  const truth = { shape, colour, size, material, movement: movementOf(scene, 0).kind };
  return { ...(Object.fromEntries([...words, ...facts]) as Record<string, string>), ...truth };
}

/** Not atomic, as pictures are not: the table that names the file is written after it. */
const write = (path: string, bytes: Uint8Array): Promise<void> =>
  writeFile(path, bytes).catch((error: unknown) => {
    throw ioError(error, path);
  });

/** Animated WebP without loss. */
function encodeFilm({ frames }: Film): Promise<Uint8Array> {
  const { width, height } = required(frames[0], 'the first frame');
  const pixels = Buffer.concat(frames.map(({ data }) => data as Uint8Array));
  const raw = { width, height: height * frames.length, channels: 3, pageHeight: height } as const;
  const delay = frames.map(() => Math.round((1000 * PERIOD) / frames.length));
  return sharp(pixels, { raw }).webp({ lossless: true, loop: 0, delay, effort: 0 }).toBuffer();
}

/** CSV with a column of seconds and one for each channel. */
function tableOf({ channels, values, time }: Series): string {
  const rate = required(time, 'the rate of a sensor') as number;
  const rows = Array.from({ length: values.length / channels.length }, (_, row) => {
    const measured = values.subarray(row * channels.length, (row + 1) * channels.length);
    return [row / rate, ...Array.from(measured, (value) => value.toFixed(4))].join(',');
  });
  return `${[['time', ...channels].join(','), ...rows].join('\n')}\n`;
}
