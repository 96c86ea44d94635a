import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Manifest } from '@sensorium/contracts';
import { writeFileAtomic } from '@sensorium/data';
import { sceneExamples, renderScene, starterModel, starterPackage } from '@sensorium/starter';
import { train, type Metrics, type OnProgress } from '@sensorium/trainer';
import { PICTURE_SIZE, writePicture, writeQuestionTable } from '@sensorium/starter/tables';

const SEED = 2026;
/** More would need a larger model and longer training than the embedded one is meant to take. */
const MOST_OBJECTS = 2;
const TABLES = [
  { split: 'train', scenes: 16_000 },
  { split: 'validation', scenes: 400 },
  { split: 'test', scenes: 1000 },
] as const;

/** The embedded model: everything that decides its weights. */
const manifest = {
  sensorium: 1,
  name: 'scenes',
  inputs: {
    image: { encoder: 'image', size: PICTURE_SIZE },
    question: { encoder: 'text', wordDropout: 0 },
  },
  fusion: 'attention',
  heads: { answer: 'classification' },
  training: { epochs: 4, seed: SEED },
  data: { train: 'train.csv', validation: 'validation.csv', test: 'test.csv' },
} satisfies Manifest;

export interface StarterOptions {
  /** For the pictures, the tables and the training; kept, so that a broken run can go on. */
  readonly work: string;
  readonly resume: boolean;
  readonly onProgress: OnProgress;
}

/** Makes the scenes, trains the embedded model on them, and puts it and the sample pictures into the starter package. */
export async function makeStarter({ work, resume, onProgress }: StarterOptions): Promise<Metrics> {
  const data = join(work, 'data');
  if (!resume) {
    for (const table of TABLES) {
      await writeQuestionTable(data, { ...table, seed: SEED, questionsPerScene: 8, mostObjects: MOST_OBJECTS });
    }
  }
  // A file beside the tables, so that the model's manifest names them without the path of this machine.
  const file = join(data, 'scenes.json');
  await writeFileAtomic(file, JSON.stringify(manifest));
  const out = join(work, 'model');
  const { metrics } = await train(file, { out, resume, onProgress, from: [starterPackage] });
  await copyModel(out);
  await makeSamples();
  return metrics;
}

async function copyModel(from: string): Promise<void> {
  const to = fileURLToPath(starterModel);
  await mkdir(to, { recursive: true });
  for (const file of ['model.onnx', 'manifest.json', 'metrics.json']) await copyFile(join(from, file), join(to, file));
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
