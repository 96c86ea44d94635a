import { join } from 'node:path';
import type { Manifest, Plugin } from '@sensorium/contracts';
import { image } from '@sensorium/encoder-image';
import { regression } from '@sensorium/head-regression';
import { evaluate, train } from '@sensorium/trainer';
import { metricOf } from './metric.js';
import { inScratch } from './scratch.js';
import { sharedFile, skipped } from './shared.js';
import { textColumn } from './text-column.js';
import type { Workload } from './workload.js';

const plugins: readonly Plugin[] = [image, regression];
const TABLES = ['data/countries/train.csv', 'data/countries/test.csv'] as const;
const epochs = 60;

const manifestOf = (table: string, seed: number): Manifest => ({
  sensorium: 1,
  name: 'flags',
  inputs: { flag: { encoder: 'image', augment: { crop: 0.1, colour: 0.1 } } },
  heads: { latitude: { use: 'regression', unit: '°' } },
  training: { epochs, batchSize: 16, seed },
  data: { train: table },
});

/**
 * How far north a country lies, from its flag: 194 flags to learn from, a tenth of them held out to choose the epoch, 56 to
 * be judged by. Beside it what answering the mean of the training table would reach.
 */
export const latitude: Workload = {
  description: `latitude of a country from its flag, ${epochs} epochs, cpu`,
  async run({ seed }) {
    const [trainTable, testTable] = TABLES.map(sharedFile);
    if (trainTable === undefined || testTable === undefined) return skipped(...TABLES);
    return inScratch('latitude', async (folder) => {
      const out = join(folder, 'model');
      const { metrics } = await train(manifestOf(trainTable, seed), { out, plugins });
      const scores = await evaluate(out, { data: testTable, plugins });
      const metric = (name: string): number => metricOf(scores, 'latitude', name);
      const [mae, rmse, r2] = [metric('mae'), metric('rmse'), metric('r2')];
      const constant = await errorOfMean(trainTable, testTable);
      const panels = scores.scores['latitude']?.panels?.map(({ kind, title }) => `${kind}: ${title}`);
      return {
        table: [
          ['degrees', 'mae', 'rmse', 'r2'],
          ['from the flag', ...[mae, rmse, r2].map((value) => value.toFixed(2))],
          ['the mean', ...[constant.mae, constant.rmse, 0].map((value) => value.toFixed(2))],
        ],
        result: { mae, rmse, r2, constant, panels, bestEpoch: metrics.bestEpoch, seconds: metrics.seconds },
      };
    });
  },
};

/** The errors of the same answer for all: the mean of the training table. */
async function errorOfMean(trainTable: string, testTable: string): Promise<{ mae: number; rmse: number }> {
  const mean = meanOf(await latitudesOf(trainTable));
  const errors = (await latitudesOf(testTable)).map((value) => value - mean);
  return { mae: meanOf(errors.map(Math.abs)), rmse: Math.sqrt(meanOf(errors.map((error) => error ** 2))) };
}

const latitudesOf = async (table: string): Promise<number[]> => (await textColumn(table, 'latitude')).map(Number);

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
