import { join } from 'node:path';
import type { Manifest, Plugin } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { image } from '@sensorium/encoder-image';
import { text } from '@sensorium/encoder-text';
import { attention } from '@sensorium/fusion-attention';
import { classification } from '@sensorium/head-classification';
import { percent } from './metric.js';
import { inScratch } from './scratch.js';
import { sharedFile, skipped } from './shared.js';
import type { Workload } from './workload.js';
import { gridExample } from './worlds/grid-world.js';
import { statementsTable } from './worlds/statements-table.js';
import { trainStatements } from './worlds/train-statements.js';
import { repeated, writePicture, writeRows, type Row } from './worlds/write-rows.js';

const plugins: readonly Plugin[] = [image, text, attention, classification];
const TABLES = ['train', 'validation', 'test'].map((name) => `data/shapes/${name}.csv`);
const generated = 20_000;

const manifestOf = (folder: string, table: string, epochs: number, seed: number): Manifest => ({
  sensorium: 1,
  name: 'shapes',
  inputs: {
    image: { encoder: 'image', size: 30, channels: 24, dim: 64 },
    statement: { encoder: 'text', layers: 2 },
  },
  fusion: { use: 'attention', dim: 64, layers: 3 },
  heads: { truth: 'classification' },
  training: { epochs, seed },
  data: {
    train: join(folder, table),
    validation: join(folder, 'validation.jsonl'),
    test: join(folder, 'test.jsonl'),
  },
});

/**
 * SHAPES (Andreas et al. 2016): whether a statement is true of a picture, from 704 pictures alone, whose ten statements have neither
 * "blue" nor "below", and from the same pictures beside a world of our own, which has all of the words.
 */
export const shapes: Workload = {
  description: `SHAPES: truth of statements, from 704 pictures, and beside ${generated} generated ones; cpu`,
  async run({ seed }) {
    const [trainTable, validationTable, testTable] = TABLES.map(sharedFile);
    if (trainTable === undefined || validationTable === undefined || testTable === undefined) return skipped(...TABLES);
    return inScratch('shapes', async (folder) => {
      const own = await statementsTable(trainTable);
      const test = await statementsTable(testTable);
      await writeRows(join(folder, 'validation.jsonl'), await statementsTable(validationTable));
      await writeRows(join(folder, 'test.jsonl'), test);
      await writeRows(join(folder, 'own.jsonl'), own);
      await writeRows(join(folder, 'both.jsonl'), [...repeated(own, 3), ...(await world(folder, seed))]);
      const trained = (table: string, epochs: number) =>
        trainStatements(manifestOf(folder, table, epochs, seed), join(folder, `${table}-model`), plugins);
      const alone = await trained('own.jsonl', 30);
      const both = await trained('both.jsonl', 14);
      const majority = test.filter(({ truth }) => truth === 'false').length / test.length;
      return {
        table: [
          ['trained on', 'validation', 'test'],
          ['704 pictures', percent(alone.chosen), percent(alone.test)],
          [`and ${generated} generated ones`, percent(both.chosen), percent(both.test)],
          ['always "false"', '', percent(majority)],
        ],
        result: { alone, both, majority, generated },
      };
    });
  },
};

async function world(folder: string, seed: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (let at = 0; at < generated; at++) {
    const { picture, statement, truth } = gridExample(createRandom(seed, `grid ${at}`));
    const image = await writePicture(join(folder, 'pictures', `${at}.png`), picture);
    rows.push({ image, statement, truth: String(truth) });
  }
  return rows;
}
