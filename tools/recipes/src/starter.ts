import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Manifest } from '@sensorium/contracts';
import { writeFileAtomic } from '@sensorium/data';
import { compressModel, MANIFEST_FILE, MODEL_FILE, platform, readModelFolder } from '@sensorium/orchestrator';
import { sceneExamples, renderScene, starterModel } from '@sensorium/starter';
import {
  annotations,
  PICTURE_SIZE,
  writeAnnotatedTable,
  writeCaptionTable,
  writePicture,
} from '@sensorium/starter/tables';
import { train, type Metrics, type OnProgress } from '@sensorium/trainer';

/** Where the packages of the manifests' parts are found. */
const from = [new URL('../package.json', import.meta.url)];
const METRICS_FILE = 'metrics.json';

const SEED = 2026;
/** More would need a larger model and longer training than the embedded one is meant to take. */
const MOST_OBJECTS = 2;
const QUESTIONS_PER_SCENE = 8;
const SPLITS = [
  { split: 'train', scenes: 16_000 },
  { split: 'validation', scenes: 400 },
  { split: 'test', scenes: 1000 },
] as const;

/*
 * The embedded model learns in three lessons, each of which starts from the weights of the one before. From answers alone it
 * learns to see within minutes, and hardly in an hour which of two objects a question is about: most answers do not depend
 * on it, and yes or no says little. Captions say all of a picture at once, and so does, of a question, what it is about.
 */

const image = { encoder: 'image', size: PICTURE_SIZE } as const;
/** What captions taught it to see stays: features of a picture are computed once for all of its questions. */
const seenImage = { ...image, trainable: 'frozen' } as const;
/** Wide and deep enough to tell the first of two objects from the second. */
const question = { encoder: 'text', wordDropout: 0, dim: 128, layers: 2 } as const;
const tables = { train: 'train.csv', validation: 'validation.csv' } as const;

/** To say all of a picture. */
const seeing = {
  sensorium: 1,
  name: 'seeing',
  inputs: { image },
  heads: { caption: 'caption' },
  training: { epochs: 4, seed: SEED },
  data: tables,
} satisfies Manifest;

/** To say of which objects a question is, and to answer it. */
const understanding = {
  sensorium: 1,
  name: 'understanding',
  inputs: { image: seenImage, question },
  fusion: 'film',
  heads: Object.fromEntries(['answer', ...annotations].map((name) => [name, 'classification'])),
  training: { epochs: 4, seed: SEED },
  data: { ...tables, weights: '../pictures/seeing/model.onnx' },
} satisfies Manifest;

/** To answer and nothing else: the embedded model. */
const answering = {
  sensorium: 1,
  name: 'scenes',
  inputs: { image: seenImage, question },
  fusion: 'film',
  heads: { answer: 'classification' },
  training: { epochs: 1, learningRate: 0.0005, seed: SEED },
  data: { ...tables, test: 'test.csv', weights: 'understanding/model.onnx' },
} satisfies Manifest;

export interface StarterOptions {
  /** For the pictures, the tables and the trainings; kept, so that a broken run can go on. */
  readonly work: string;
  readonly resume: boolean;
  readonly onProgress: OnProgress;
}

/** Makes the scenes, trains the embedded model on them, and puts it and the sample pictures into the starter package. */
export async function makeStarter(options: StarterOptions): Promise<Metrics> {
  const [pictures, questions] = [join(options.work, 'pictures'), join(options.work, 'questions')];
  if (!options.resume) {
    for (const split of SPLITS) {
      const table = { ...split, seed: SEED, mostObjects: MOST_OBJECTS };
      await writeCaptionTable(pictures, table);
      await writeAnnotatedTable(questions, { ...table, questionsPerScene: QUESTIONS_PER_SCENE });
    }
  }
  await learn(pictures, 'seeing', seeing, options);
  await learn(questions, 'understanding', understanding, options);
  const model = await learn(questions, 'answering', answering, options);
  await shipModel(model);
  await makeSamples();
  return JSON.parse(await readFile(join(model, METRICS_FILE), 'utf8')) as Metrics;
}

/** Trains on the tables in `folder`, and gives the folder of the model; one that is finished already is not trained again. */
async function learn(folder: string, lesson: string, manifest: Manifest, options: StarterOptions): Promise<string> {
  // A file beside the tables, so that the model's manifest names them without the path of this machine.
  const file = join(folder, `${lesson}.json`);
  await writeFileAtomic(file, JSON.stringify(manifest));
  const out = join(folder, lesson);
  const { resume, onProgress } = options;
  if (resume && existsSync(join(out, METRICS_FILE))) return out;
  await train(file, { out, resume: resume && existsSync(out), overwrite: !resume, onProgress, from });
  return out;
}

/** With weights of 16 bits each: half as large, and as good. */
async function shipModel(from: string): Promise<void> {
  const to = fileURLToPath(starterModel);
  await mkdir(to, { recursive: true });
  const { manifest, model } = await compressModel(await readModelFolder(from, platform), 'float16');
  await writeFileAtomic(join(to, MODEL_FILE), model);
  await writeFileAtomic(join(to, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  await copyFile(join(from, METRICS_FILE), join(to, METRICS_FILE));
}

const SAMPLES = { seed: SEED + 1, scenes: 6, questionsPerScene: 3, mostObjects: MOST_OBJECTS, split: 'test' } as const;

/** Sample pictures of a seed of their own: scenes that no table has. */
async function makeSamples(): Promise<void> {
  const folder = fileURLToPath(new URL('../samples/', starterModel));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const rows: Record<'image' | 'question' | 'answer', string>[] = [];
  const files = new Map<object, string>();
  for (const { scene, question, answer } of sceneExamples(SAMPLES)) {
    const image = files.get(scene) ?? `scene-${files.size + 1}.png`;
    if (!files.has(scene)) await writePicture(join(folder, image), renderScene(scene, { size: PICTURE_SIZE }));
    files.set(scene, image);
    rows.push({ image, question, answer });
  }
  await writeFileAtomic(join(folder, 'samples.json'), `${JSON.stringify(rows, null, 2)}\n`);
}
