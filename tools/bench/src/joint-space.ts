import { dirname, join } from 'node:path';
import { required, type Manifest, type Plugin, type Tensors } from '@sensorium/contracts';
import { image } from '@sensorium/encoder-image';
import { text } from '@sensorium/encoder-text';
import { embedding } from '@sensorium/head-embedding';
import { loadPipeline, type Pipeline } from '@sensorium/orchestrator';
import { train } from '@sensorium/trainer';
import { percent } from './metric.js';
import { inScratch } from './scratch.js';
import { sharedFile, skipped } from './shared.js';
import { textColumn } from './text-column.js';
import type { Report, Workload } from './workload.js';

const plugins: readonly Plugin[] = [image, text, embedding];
const NAMES = ['train', 'validation', 'test'] as const;
const TABLES = NAMES.map((name) => `data/emoji/${name}.csv`);
const epochs = 30;
const CUTS = [1, 5, 10] as const;

/** Five lines. */
const manifestOf = (train: string, validation: string, seed: number): Manifest => ({
  sensorium: 1,
  inputs: { image: 'image', en: 'text' },
  heads: { space: { use: 'embedding', of: ['image', 'en'] } },
  training: { epochs, seed },
  data: { train, validation },
});

/** A joint space of emoji and their English names: how many of the names of the test find their picture among all 1,909. */
export const jointSpace: Workload = {
  description: `emoji and their English names in one space: test names among all pictures, ${epochs} epochs, cpu`,
  async run({ seed }) {
    const [trainTable, validationTable, testTable] = TABLES.map(sharedFile);
    if (trainTable === undefined || validationTable === undefined || testTable === undefined) return skipped(...TABLES);
    return inScratch('space', async (folder) => {
      const out = join(folder, 'model');
      const { metrics } = await train(manifestOf(trainTable, validationTable, seed), { out, plugins });
      const pipeline = await loadPipeline(out, { plugins });
      try {
        const tables = [trainTable, validationTable, testTable];
        const found = await search(pipeline, tables, testTable);
        return { table: tableOf(found), result: { ...found, bestEpoch: metrics.bestEpoch, seconds: metrics.seconds } };
      } finally {
        await pipeline.dispose();
      }
    });
  },
};

interface Found {
  readonly pictures: number;
  readonly names: number;
  /** Shares of names by how many places the picture may lie behind. */
  readonly recall: Readonly<Record<(typeof CUTS)[number], number>>;
  readonly medianRank: number;
  /** What each tower reads. */
  readonly towers: Readonly<Record<string, readonly string[]>>;
}

/** Looks for the picture of each name of the last table among those of all. */
async function search(pipeline: Pipeline, tables: readonly string[], last: string): Promise<Found> {
  const pictures = (await Promise.all(tables.map((table) => textColumn(table, 'image')))).flat();
  const names = await textColumn(last, 'en');
  const gallery = await vectorsOf(pipeline, 'image', pictures, dirname(last));
  const queries = await vectorsOf(pipeline, 'en', names, dirname(last));
  const first = pictures.length - names.length;
  const ranks = queries.map((query, index) => rankOf(query, gallery, first + index)).sort((a, b) => a - b);
  const recall = (most: number): number => ranks.filter((rank) => rank <= most).length / ranks.length;
  const towers = pipeline.graphs.map(async (name) => [name, (await pipeline.graph(name).inputs()).sample] as const);
  return {
    pictures: pictures.length,
    names: names.length,
    recall: { 1: recall(1), 5: recall(5), 10: recall(10) },
    medianRank: required(ranks[Math.floor(ranks.length / 2)], 'the median rank'),
    towers: Object.fromEntries(await Promise.all(towers)),
  };
}

const tableOf = ({ recall, medianRank, pictures }: Found): Report['table'] => [
  ['', ...CUTS.map((cut) => `R@${cut}`), 'median rank'],
  ['test names', ...CUTS.map((cut) => percent(recall[cut])), String(medianRank)],
  ['chance', ...CUTS.map((cut) => percent(cut / pictures)), String(Math.round(pictures / 2))],
];

/** Each by the tower of its input alone. */
async function vectorsOf(
  pipeline: Pipeline,
  input: string,
  values: readonly string[],
  base: string,
): Promise<Float32Array[]> {
  const tower = pipeline.graph(`space.${input}`);
  const vectors: Float32Array[] = [];
  for (const value of values) vectors.push(vectorIn(await tower.run({ [input]: value }, { base })));
  return vectors;
}

function vectorIn({ vector }: Tensors): Float32Array {
  const { data } = required(vector, 'the vector of a tower');
  return Float32Array.from(data as Float32Array);
}

/** From 1: how many of the gallery are as near as the right one. Vectors have the length 1. */
function rankOf(query: Float32Array, gallery: readonly Float32Array[], right: number): number {
  const similarities = gallery.map((vector) =>
    vector.reduce((sum, value, index) => sum + value * Number(query[index]), 0),
  );
  const own = required(similarities[right], 'the right picture');
  return similarities.filter((value) => value >= own).length;
}
