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
import { type Judged, trainLesson, trainStatements } from './worlds/train-statements.js';
import { repeated, writePicture, writeRows, type Row } from './worlds/write-rows.js';

const plugins: readonly Plugin[] = [image, text, attention, classification];
const TABLES = ['train', 'validation', 'test'].map((name) => `data/shapes/${name}.csv`);
/** Of the generated world: pictures, and how many statements are made of each. */
const [PICTURES, STATEMENTS] = [20_000, 6] as const;

const seen = { encoder: 'image', size: 30, channels: 24, dim: 64 } as const;
const inputs = { image: seen, statement: { encoder: 'text', layers: 2, wordDropout: 0 } } as const;
const fusion = { use: 'attention', dim: 96, layers: 3 } as const;
/** Of truths and nothing else. */
const judge = { sensorium: 1, inputs, fusion, heads: { truth: 'classification' } } as const;
const perCell = (name: string) =>
  Object.fromEntries(Array.from({ length: 9 }, (_, cell) => [`${name}${cell}`, 'classification']));

/*
 * From truths alone a model learns 20,000 pictures by heart before it knows what two words in a row mean. Three lessons, each from
 * the weights of the one before, say more: what is in each cell; which cells a statement is about, beside its truth; then, with the
 * pictures of the table, its truth and nothing else.
 */

const seeing = (folder: string, seed: number): Manifest => ({
  sensorium: 1,
  name: 'seeing',
  inputs: { image: seen },
  heads: perCell('cell'),
  training: { epochs: 4, seed },
  data: { train: join(folder, 'cells.jsonl'), validation: join(folder, 'cells-held.jsonl') },
});

const understanding = (folder: string, seed: number): Manifest => ({
  sensorium: 1,
  name: 'understanding',
  inputs: { ...inputs, image: { ...seen, trainable: 'frozen' } },
  fusion,
  heads: { truth: 'classification', ...perCell('role') },
  training: { epochs: 4, seed },
  data: {
    train: join(folder, 'roles.jsonl'),
    validation: join(folder, 'roles-held.jsonl'),
    weights: join(folder, 'seeing', 'model.onnx'),
  },
});

const judging = (folder: string, seed: number): Manifest => ({
  ...judge,
  name: 'judging',
  training: { epochs: 4, learningRate: 3e-4, seed },
  data: { ...judged(folder, 'both.jsonl'), weights: join(folder, 'understanding', 'model.onnx') },
});

const alone = (folder: string, seed: number): Manifest => ({
  ...judge,
  name: 'alone',
  training: { epochs: 30, seed },
  data: judged(folder, 'own.jsonl'),
});

const judged = (folder: string, train: string) => ({
  train: join(folder, train),
  validation: join(folder, 'validation.jsonl'),
  test: join(folder, 'test.jsonl'),
});

/**
 * SHAPES (Andreas et al. 2016): whether a statement is true of a picture, from 704 pictures alone, whose ten statements have neither
 * "blue" nor "below", and after lessons in a world of our own, which has all of the words.
 */
export const shapes: Workload = {
  description: `SHAPES: truth of statements, from 704 pictures, and after lessons in ${PICTURES} generated ones; cpu`,
  async run({ seed }) {
    const [trainTable, validationTable, testTable] = TABLES.map(sharedFile);
    if (trainTable === undefined || validationTable === undefined || testTable === undefined) return skipped(...TABLES);
    return inScratch('shapes', async (folder) => {
      const own = await statementsTable(trainTable);
      const test = await statementsTable(testTable);
      await writeRows(join(folder, 'own.jsonl'), own);
      await writeRows(join(folder, 'validation.jsonl'), await statementsTable(validationTable));
      await writeRows(join(folder, 'test.jsonl'), test);
      const fromOwn = await trainStatements(alone(folder, seed), join(folder, 'alone'), plugins);
      const afterLessons = await taught(folder, own, seed);
      const majority = test.filter(({ truth }) => truth === 'false').length / test.length;
      return {
        table: [
          ['trained on', 'validation', 'test'],
          ['704 pictures', percent(fromOwn.chosen), percent(fromOwn.test)],
          [`after lessons in ${PICTURES} generated ones`, percent(afterLessons.chosen), percent(afterLessons.test)],
          ['always "false"', '', percent(majority)],
        ],
        result: { alone: fromOwn, taught: afterLessons, majority, pictures: PICTURES, statements: STATEMENTS },
      };
    });
  },
};

/** The three lessons, the last of which has as many rows of the world as pictures were made for it. */
async function taught(folder: string, own: readonly Row[], seed: number): Promise<Judged> {
  const known = await writeWorld(folder, '', PICTURES, seed);
  await writeWorld(folder, '-held', 500, seed);
  await writeRows(join(folder, 'both.jsonl'), [
    ...repeated(own, 3),
    ...known
      .filter((_, at) => at % STATEMENTS === 0)
      .map(({ image = '', statement = '', truth = '' }) => ({ image, statement, truth })),
  ]);
  await trainLesson(seeing(folder, seed), join(folder, 'seeing'), plugins);
  await trainLesson(understanding(folder, seed), join(folder, 'understanding'), plugins);
  return trainStatements(judging(folder, seed), join(folder, 'judging'), plugins);
}

/** Writes a table of cells and one of roles, and gives the rows of the latter. */
async function writeWorld(folder: string, part: string, pictures: number, seed: number): Promise<Row[]> {
  const [cells, roles]: [Row[], Row[]] = [[], []];
  for (let at = 0; at < pictures; at++) {
    const example = gridExample(createRandom(seed, `grid${part} ${at}`), STATEMENTS);
    const image = await writePicture(join(folder, 'pictures', `grid${part}-${at}.png`), example.picture);
    cells.push({ image, ...numbered('cell', example.cells) });
    for (const { statement, truth, roles: each } of example.statements) {
      roles.push({ image, statement, truth: String(truth), ...numbered('role', each) });
    }
  }
  await writeRows(join(folder, `cells${part}.jsonl`), cells);
  await writeRows(join(folder, `roles${part}.jsonl`), roles);
  return roles;
}

const numbered = (name: string, cells: readonly string[]): Row =>
  Object.fromEntries(cells.map((cell, at) => [`${name}${at}`, cell]));
