import { join } from 'node:path';
import type { Manifest, Plugin } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { image } from '@sensorium/encoder-image';
import { text } from '@sensorium/encoder-text';
import { mutualFilm } from '@sensorium/fusion-mutual-film';
import { classification } from '@sensorium/head-classification';
import { percent } from './metric.js';
import { inScratch } from './scratch.js';
import { sharedFile, skipped } from './shared.js';
import type { Workload } from './workload.js';
import { seenIn } from './worlds/boxes.js';
import { counted, cutTable, onlyTruth, writeBoxesWorld } from './worlds/box-tables.js';
import { statementsTable } from './worlds/statements-table.js';
import { trainLesson, trainStatements } from './worlds/train-statements.js';
import { writeRows, type Row } from './worlds/write-rows.js';

const plugins: readonly Plugin[] = [image, text, mutualFilm, classification];
const TABLES = ['data/nlvr/train.csv', 'data/nlvr/validation.csv'] as const;
/** Of the generated world: sets of three boxes, and statements about them. */
const [SETS, STATEMENTS] = [8000, 80_000] as const;
/** How many of these statements stand beside the table's own in the last lesson. */
const BESIDE = 40_000;
/** One sentence in so many is held out of the training table, to choose by. */
const HELD = 6;

const box = { encoder: 'image', size: 48, dim: 64 } as const;
/** What the first lesson taught to see stays: features of a picture are computed once for all of its statements. */
const seenBox = { ...box, trainable: 'frozen' } as const;
const fusion = { use: 'mutual-film', dim: 96, layers: 4 } as const;
const counts = Array.from({ length: 9 }, (_, count) => String(count));
const countsOf = (columns: readonly string[], labels: readonly string[]) =>
  Object.fromEntries(columns.map((column) => [column, { use: 'classification', labels }]));

interface Words {
  readonly tokens: number;
  readonly vocabulary: readonly string[];
}

const inputsOf = (left: typeof box | typeof seenBox, words: Words) => ({
  left,
  middle: { encoder: 'image', tied: 'left' },
  right: { encoder: 'image', tied: 'left' },
  statement: { encoder: 'text', layers: 2, wordDropout: 0, ...words },
});

/*
 * From truths alone a model learns the pictures by heart. Three lessons, each from the weights of the one before, say more: how many
 * items of each kind are in a box, and touch each wall; how many of those that a statement is about are in each box, beside its
 * truth; then, with the rows of the table, its truth and nothing else.
 */

const seeing = (folder: string, seed: number): Manifest => ({
  sensorium: 1,
  name: 'seeing',
  inputs: { left: { ...box, column: 'box' } },
  heads: countsOf(Object.keys(seenIn([])), counts),
  training: { epochs: 8, seed },
  data: { train: join(folder, 'world-boxes.jsonl'), validation: join(folder, 'held-world-boxes.jsonl') },
});

const understanding = (folder: string, words: Words, seed: number): Manifest => ({
  sensorium: 1,
  name: 'understanding',
  inputs: inputsOf(seenBox, words),
  fusion,
  heads: { truth: 'classification', ...countsOf(counted, ['none', ...counts]) },
  training: { epochs: 8, seed },
  data: {
    train: join(folder, 'world-counts.jsonl'),
    validation: join(folder, 'held-world-counts.jsonl'),
    weights: join(folder, 'seeing', 'model.onnx'),
  },
});

/** Of truths and nothing else. */
const judge = { sensorium: 1, fusion, heads: { truth: 'classification' } } as const;

const judging = (folder: string, words: Words, seed: number): Manifest => ({
  ...judge,
  name: 'judging',
  inputs: inputsOf(seenBox, words),
  training: { epochs: 3, learningRate: 1.5e-4, seed },
  data: { ...judged(folder, 'both.jsonl'), weights: join(folder, 'understanding', 'model.onnx') },
});

const alone = (folder: string, words: Words, seed: number): Manifest => ({
  ...judge,
  name: 'alone',
  inputs: inputsOf(box, words),
  training: { epochs: 6, seed },
  data: judged(folder, 'own.jsonl'),
});

const judged = (folder: string, train: string) => ({
  train: join(folder, train),
  validation: join(folder, 'held.jsonl'),
  test: join(folder, 'validation.jsonl'),
});

/**
 * NLVR (Suhr et al. 2017) with a thousand of its sentences: whether a statement is true of three boxes, read by mutual modulation, from
 * the table alone and after lessons in a world of our own. The epoch is chosen on a sixth of the sentences to train on.
 */
export const nlvr: Workload = {
  description: `NLVR: truth of statements about three boxes, from 1,000 sentences, and after lessons in ${SETS} generated sets; cpu`,
  async run({ seed }) {
    const [trainTable, validationTable] = TABLES.map(sharedFile);
    if (trainTable === undefined || validationTable === undefined) return skipped(...TABLES);
    return inScratch('nlvr', async (folder) => {
      const known = await cutTable(folder, await statementsTable(trainTable));
      const held = heldOut(known, seed);
      const own = known.filter(({ statement }) => !held.has(statement));
      const validation = await cutTable(folder, await statementsTable(validationTable));
      const world = await writeBoxesWorld(folder, 'world', { sets: SETS, statements: STATEMENTS }, seed);
      await writeBoxesWorld(folder, 'held-world', { sets: 400, statements: 2000 }, seed);
      const tables = {
        own,
        held: known.filter(({ statement }) => held.has(statement)),
        validation,
        both: [...own, ...world.slice(0, BESIDE).map(onlyTruth)],
      };
      for (const [name, rows] of Object.entries(tables)) await writeRows(join(folder, `${name}.jsonl`), rows);

      const words = wordsOf([...own, ...world]);
      const fromOwn = await trainStatements(alone(folder, words, seed), join(folder, 'alone'), plugins);
      await trainLesson(seeing(folder, seed), join(folder, 'seeing'), plugins);
      await trainLesson(understanding(folder, words, seed), join(folder, 'understanding'), plugins);
      const taught = await trainStatements(judging(folder, words, seed), join(folder, 'judging'), plugins);
      const majority = validation.filter(({ truth }) => truth === 'true').length / validation.length;
      return {
        table: [
          ['trained on', 'held-out sentences of train', 'validation'],
          [`${own.length} rows`, percent(fromOwn.chosen), percent(fromOwn.test)],
          [`after lessons in ${SETS} generated sets`, percent(taught.chosen), percent(taught.test)],
          ['always "true"', '', percent(majority)],
        ],
        result: { alone: fromOwn, taught, majority, sets: SETS, statements: STATEMENTS },
      };
    });
  },
};

function heldOut(rows: readonly Row[], seed: number): Set<string | undefined> {
  const random = createRandom(seed, 'held out');
  const statements = new Set(rows.map(({ statement }) => statement));
  return new Set([...statements].filter(() => random.integer(HELD) === 0));
}

/** Those of both tables, so that each has its place from the second lesson on. */
function wordsOf(rows: readonly Row[]): Words {
  const texts = rows.map(({ statement = '' }) => statement.toLowerCase().match(/\w+|[^\w\s]/g) ?? []);
  return { tokens: Math.max(...texts.map(({ length }) => length)), vocabulary: [...new Set(texts.flat())].sort() };
}
