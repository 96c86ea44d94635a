import { basename, join } from 'node:path';
import type { Manifest, Plugin } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { image } from '@sensorium/encoder-image';
import { text } from '@sensorium/encoder-text';
import { mutualFilm } from '@sensorium/fusion-mutual-film';
import { classification } from '@sensorium/head-classification';
import { decodeImage, type Raster } from '@sensorium/media';
import { percent } from './metric.js';
import { inScratch } from './scratch.js';
import { sharedFile, skipped } from './shared.js';
import type { Workload } from './workload.js';
import { boxesExample } from './worlds/boxes-world.js';
import { statementsTable } from './worlds/statements-table.js';
import { trainStatements } from './worlds/train-statements.js';
import { writePicture, writeRows, type Row } from './worlds/write-rows.js';

const plugins: readonly Plugin[] = [image, text, mutualFilm, classification];
const TABLES = ['data/nlvr/train.csv', 'data/nlvr/validation.csv'] as const;
const generated = 20_000;
/** Where the boxes begin in a picture of 400×100, and their side. */
const [STARTS, SIDE] = [[0, 150, 300], 100] as const;
/** One sentence in so many is held out of the training table, to choose by. */
const HELD = 6;

const manifestOf = (folder: string, table: string, epochs: number, seed: number): Manifest => ({
  sensorium: 1,
  name: 'nlvr',
  inputs: {
    boxes: { encoder: 'image', many: 3, size: 40, dim: 64, augment: { flip: 'horizontal' } },
    statement: { encoder: 'text', layers: 2 },
  },
  fusion: { use: 'mutual-film', dim: 64, layers: 4 },
  heads: { truth: 'classification' },
  training: { epochs, seed },
  data: {
    train: join(folder, table),
    validation: join(folder, 'held.jsonl'),
    test: join(folder, 'validation.jsonl'),
  },
});

/**
 * NLVR (Suhr et al. 2017) with a thousand of its sentences: whether a statement is true of three boxes, read by mutual modulation, from
 * the table alone and beside a world of our own. The epoch is chosen on a sixth of the sentences to train on.
 */
export const nlvr: Workload = {
  description: `NLVR: truth of statements about three boxes, from 1,000 sentences, and beside ${generated} generated ones; cpu`,
  async run({ seed }) {
    const [trainTable, validationTable] = TABLES.map(sharedFile);
    if (trainTable === undefined || validationTable === undefined) return skipped(...TABLES);
    return inScratch('nlvr', async (folder) => {
      const known = await cutTable(folder, await statementsTable(trainTable));
      const held = heldOut(known, seed);
      const own = known.filter(({ statement }) => !held.has(statement));
      const validation = await cutTable(folder, await statementsTable(validationTable));
      await writeRows(join(folder, 'validation.jsonl'), validation);
      await writeRows(
        join(folder, 'held.jsonl'),
        known.filter(({ statement }) => held.has(statement)),
      );
      await writeRows(join(folder, 'own.jsonl'), own);
      await writeRows(join(folder, 'both.jsonl'), [...own, ...(await world(folder, seed))]);
      const trained = (table: string, epochs: number) =>
        trainStatements(manifestOf(folder, table, epochs, seed), join(folder, `${table}-model`), plugins);
      const alone = await trained('own.jsonl', 6);
      const both = await trained('both.jsonl', 8);
      const majority = validation.filter(({ truth }) => truth === 'true').length / validation.length;
      return {
        table: [
          ['trained on', 'held-out sentences of train', 'validation'],
          [`${own.length} rows`, percent(alone.chosen), percent(alone.test)],
          [`and ${generated} generated ones`, percent(both.chosen), percent(both.test)],
          ['always "true"', '', percent(majority)],
        ],
        result: { alone, both, majority, generated },
      };
    });
  },
};

function heldOut(rows: readonly Row[], seed: number): Set<string | undefined> {
  const random = createRandom(seed, 'held out');
  const statements = new Set(rows.map(({ statement }) => statement));
  return new Set([...statements].filter(() => random.integer(HELD) === 0));
}

/** The same rows, with a list of three files as `boxes` in place of a picture of them all. */
async function cutTable(folder: string, rows: readonly Row[]): Promise<Row[]> {
  const cut: Row[] = [];
  for (const { image: path = '', statement = '', truth = '' } of rows) {
    const picture = await decodeImage(path);
    cut.push({
      boxes: await writeBoxes(
        folder,
        basename(path, '.png'),
        STARTS.map((left) => part(picture, left)),
      ),
      statement,
      truth,
    });
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

async function writeBoxes(folder: string, name: string, boxes: readonly Raster[]): Promise<string> {
  const files = boxes.map((box, at) => writePicture(join(folder, 'boxes', `${name}-${at}.png`), box));
  return JSON.stringify(await Promise.all(files));
}

async function world(folder: string, seed: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (let at = 0; at < generated; at++) {
    const { pictures, statement, truth } = boxesExample(createRandom(seed, `boxes ${at}`));
    rows.push({ boxes: await writeBoxes(folder, `world-${at}`, pictures), statement, truth: String(truth) });
  }
  return rows;
}
