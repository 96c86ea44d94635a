import { basename, join } from 'node:path';
import { required } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { decodeImage, type Raster } from '@sensorium/media';
import { pictureOf, seenIn } from './boxes.js';
import { boxesWorld, type WorldSizes } from './boxes-world.js';
import { writePicture, writeRows, type Row } from './write-rows.js';

/** Columns of a table of statements: the picture of each box. */
const places = ['left', 'middle', 'right'] as const;
type Boxes = Readonly<Record<(typeof places)[number], string>>;

/** The most kinds of things that a statement counts in a box. */
const KINDS = 3;
/** Columns of a table of statements: how many of the first, second and third kind are in each box, or "none" where nothing is counted. */
export const counted = Array.from({ length: KINDS }, (_, kind) => places.map((place) => `${place}${kind + 1}`)).flat();

/** Where the boxes begin in a picture of 400×100, and their side. */
const [STARTS, SIDE] = [[0, 150, 300], 100] as const;

/** The same rows, with a picture of each box in place of one of them all. */
export async function cutTable(folder: string, rows: readonly Row[]): Promise<Row[]> {
  const cut: Row[] = [];
  for (const { image: path = '', statement = '', truth = '' } of rows) {
    const picture = await decodeImage(path);
    const boxes = STARTS.map((left) => part(picture, left));
    cut.push({ ...(await writeBoxes(folder, basename(path, '.png'), boxes)), statement, truth });
  }
  return cut;
}

/** A square as high as the picture. */
function part({ width, height, channels, data }: Raster, left: number): Raster {
  const pixels = new Uint8Array(SIDE * height * channels);
  for (let row = 0; row < height; row++) {
    const start = (row * width + left) * channels;
    pixels.set(data.subarray(start, start + SIDE * channels), row * SIDE * channels);
  }
  return { width: SIDE, height, channels, data: pixels };
}

async function writeBoxes(folder: string, name: string, boxes: readonly Raster[]): Promise<Boxes> {
  const written = places.map(async (place, at) => {
    const picture = required(boxes[at], 'a box');
    return [place, await writePicture(join(folder, 'boxes', `${name}-${place}.png`), picture)];
  });
  return Object.fromEntries(await Promise.all(written)) as Boxes;
}

/** Writes a table of what is in each `box`, and one of statements with what they count, and gives the rows of the latter. */
export async function writeBoxesWorld(folder: string, name: string, sizes: WorldSizes, seed: number): Promise<Row[]> {
  const { sets, examples } = boxesWorld(createRandom(seed, name), sizes);
  const seen: Row[] = [];
  const pictures: Boxes[] = [];
  for (const [set, boxes] of sets.entries()) {
    const files = await writeBoxes(folder, `${name}-${set}`, boxes.map(pictureOf));
    pictures.push(files);
    boxes.forEach((box, at) => seen.push({ box: Object.values(files)[at] ?? '', ...asText(seenIn(box)) }));
  }
  const rows = examples.map(({ set, statement, truth, counts }): Row => ({
    ...required(pictures[set], 'a set of boxes'),
    statement,
    truth: String(truth),
    ...Object.fromEntries(
      counted.map((column, at) => [column, String(counts[at % 3]?.[Math.floor(at / 3)] ?? 'none')]),
    ),
  }));
  await writeRows(join(folder, `${name}-boxes.jsonl`), seen);
  await writeRows(join(folder, `${name}-counts.jsonl`), rows);
  return rows;
}

const asText = (numbers: Readonly<Record<string, number>>): Row =>
  Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, String(number)]));

/** Without what is counted. */
export const onlyTruth = ({ left = '', middle = '', right = '', statement = '', truth = '' }: Row): Row => ({
  left,
  middle,
  right,
  statement,
  truth,
});
