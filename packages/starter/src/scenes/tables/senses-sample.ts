import { join } from 'node:path';
import { createRandom, writeFileAtomic } from '@sensorium/data';
import { required } from '@sensorium/contracts';
import type { SceneSplit } from '../dataset.js';
import { generateScene } from '../generate.js';
import type { Scene } from '../scene.js';
import type { Sample } from './samples.js';
import { writeSenses, type SensesRow } from './senses-files.js';

const SEED = 1;
const ROWS = { train: 400, test: 100 } as const;

const MANIFEST_FILE = 'senses.yaml';
const manifest = `# A model that perceives one object with every sense, and says what it is, what it is made of and how it moves.
sensorium: 1
name: senses

# What it reads. Each names a file, but for the text and the facts. Whatever is missing is left out: the rest must do. So
# training leaves out three in ten of each, or it would rely on the one that is easiest to learn from.
inputs:
  image: { encoder: image, size: 32, missing: skip, modalityDropout: 0.3 }
  sketch: { encoder: image, size: 32, missing: skip, modalityDropout: 0.3 }
  film: { encoder: video, pixels: 32, frames: 8, size: tiny, augment: { crop: 0.2, flip: true }, missing: skip, modalityDropout: 0.3 }
  depth: { encoder: depth, pixels: 32, encoding: millimetres, size: tiny, missing: skip, modalityDropout: 0.3 }
  heat: { encoder: thermal, pixels: 32, size: tiny, missing: skip, modalityDropout: 0.3 }
  sound: { encoder: audio, size: tiny, missing: skip, modalityDropout: 0.3 }
  sensor: { encoder: motion, missing: skip, modalityDropout: 0.3 }
  text: { encoder: text, column: en, missing: skip, modalityDropout: 0.3 }
  facts: { encoder: table, columns: [background, objects, weight, widest, moves], missing: skip, modalityDropout: 0.3 }

# How all of them become one.
fusion: { use: attention, dim: 64, layers: 1 }

# What it answers.
heads:
  shape: classification
  material: classification
  movement: classification

# Movement is learned last: the best epoch is the one that tells it best.
training:
  decides: movement
  epochs: 20
  batchSize: 32
  learningRate: 0.002

# A part of train.csv is held out to choose the best epoch. test.csv is looked at once, at the end.
data:
  train: train.csv
  test: test.csv
`;

/** One object in every scene, which is perceived in every way; the answers are what it is, not how it looks. */
export const writeSensesSample: Sample['write'] = async (folder, { signal, onProgress } = {}) => {
  const total = ROWS.train + ROWS.test;
  let done = 0;
  const scenesOf = function* (split: keyof typeof ROWS & SceneSplit): Generator<Scene> {
    for (let row = 0; row < ROWS[split]; row++) {
      signal?.throwIfAborted();
      yield generateScene(createRandom(SEED, `senses ${split} ${row}`), { objects: 1 });
      onProgress?.({ done: ++done, total });
    }
  };
  await writeSenses(folder, 'train', scenesOf('train'));
  const [first] = await writeSenses(folder, 'test', scenesOf('test'));
  await writeFileAtomic(join(folder, MANIFEST_FILE), manifest);
  return {
    manifest: MANIFEST_FILE,
    tables: [
      { file: 'train.csv', rows: ROWS.train, purpose: 'to learn from' },
      { file: 'test.csv', rows: ROWS.test, purpose: 'to see how good the model is: it learns from none of them' },
    ],
    unseen: 'test.csv',
    example: exampleOf(folder, required(first, 'the first row of test.csv')),
  };
};

/** With two of the senses, which are enough. */
const exampleOf = (folder: string, { film, sound, shape, material, movement }: SensesRow) => ({
  inputs: { film: join(folder, film), sound: join(folder, sound) },
  answers: { shape, material, movement },
});
