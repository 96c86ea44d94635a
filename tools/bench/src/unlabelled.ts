import { dirname, join } from 'node:path';
import { required, type Manifest, type Plugin } from '@sensorium/contracts';
import { image } from '@sensorium/encoder-image';
import { classification } from '@sensorium/head-classification';
import { data2vec } from '@sensorium/head-data2vec';
import { MODEL_FILE } from '@sensorium/orchestrator';
import { evaluate, train } from '@sensorium/trainer';
import { metricOf, percent } from './metric.js';
import { inScratch } from './scratch.js';
import { sharedFile, skipped } from './shared.js';
import { textColumn } from './text-column.js';
import type { Workload } from './workload.js';

const plugins: readonly Plugin[] = [image, data2vec, classification];
const TABLES = ['data/easy-vqa/train.csv', 'data/easy-vqa/test.csv'] as const;
const SHAPES = ['circle', 'rectangle', 'triangle'];
const epochs = 30;
const probeEpochs = 30;
/** Features deviate little, and a linear layer over them needs large weights. Chosen on a fifth of the training pictures. */
const probeLearningRate = 0.1;

const encoder = { encoder: 'image', size: 64 } as const;

/** From pictures alone. */
const pretraining = (seed: number): Manifest => ({
  sensorium: 1,
  name: 'pretrained',
  inputs: { image: encoder },
  heads: { teacher: 'data2vec' },
  training: { epochs, seed },
});

/** A linear layer on what the encoder makes of a picture; the encoder stays as it is. */
const probe = (seed: number, weights?: string): Manifest => ({
  sensorium: 1,
  name: 'probe',
  inputs: { image: { ...encoder, trainable: 'frozen' } },
  heads: { shape: 'classification' },
  training: { epochs: probeEpochs, learningRate: probeLearningRate, seed },
  data: { weights },
});

/**
 * An encoder that saw 4,000 pictures without labels, and a linear layer that tells the shape by its features, against the
 * same encoder with the weights that it started from.
 */
export const unlabelled: Workload = {
  description: `data2vec on pictures of easy-VQA, ${epochs} epochs, then a probe on the shape; cpu`,
  async run({ seed }) {
    const [trainTable, testTable] = TABLES.map(sharedFile);
    if (trainTable === undefined || testTable === undefined) return skipped(...TABLES);
    return inScratch('data2vec', async (folder) => {
      const [known, asked] = [await shapesIn(trainTable), await shapesIn(testTable)];
      const out = join(folder, 'pretrained');
      const pictures = known.map(({ image }) => ({ image }));
      const { metrics } = await train(pretraining(seed), { rows: pictures, out, plugins });
      const accuracyOf = async (name: string, weights?: string): Promise<number> => {
        const model = join(folder, name);
        await train(probe(seed, weights), { rows: known, out: model, plugins });
        return metricOf(await evaluate(model, { data: asked, plugins }), 'shape', 'accuracy');
      };
      const untrained = await accuracyOf('untrained');
      const pretrained = await accuracyOf('probed', join(out, MODEL_FILE));
      return {
        table: [
          ['', 'accuracy'],
          ['untrained', percent(untrained)],
          ['data2vec', percent(pretrained)],
          ['points', (100 * (pretrained - untrained)).toFixed(1)],
        ],
        result: {
          pictures: { train: known.length, test: asked.length },
          accuracy: { untrained, pretrained },
          losses: metrics.history.map(({ loss }) => loss),
          epochs,
          seconds: metrics.seconds,
        },
      };
    });
  },
};

interface Row {
  readonly image: string;
  readonly shape: string;
}

/** A row for each picture: questions about it tell its shape. */
async function shapesIn(table: string): Promise<Row[]> {
  const answers = await textColumn(table, 'answer');
  const pictures = await textColumn(table, 'image');
  const told = pictures.flatMap((image, row) => {
    const shape = required(answers[row], 'an answer');
    return SHAPES.includes(shape) ? [[join(dirname(table), image), shape] as const] : [];
  });
  return [...new Map(told)].map(([image, shape]) => ({ image, shape }));
}
