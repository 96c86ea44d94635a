import { join } from 'node:path';
import { required } from '@sensorium/contracts';
import { writeFileAtomic } from '@sensorium/data';
import { sceneExamples, type SceneExample, type SceneSplit } from '../dataset.js';
import type { QuestionKind } from '../language/questions.js';
import type { Sample } from './samples.js';
import { writeSceneTable, type SceneRow } from './scene-table.js';

const SEED = 1;
/** What a small model learns to tell in a minute. Of one object, each is asked once a scene. */
const KINDS: readonly QuestionKind[] = ['colour', 'shape', 'size'];
const TABLES = [
  { split: 'train', scenes: 800, purpose: 'to learn from' },
  { split: 'test', scenes: 200, purpose: 'to see how good the model is: nothing of it is in train.csv' },
] as const;

const MANIFEST_FILE = 'scenes.yaml';
const manifest = `# A model that looks at a picture of one object and answers a question about it.
sensorium: 1
name: scenes

# What it reads. An input is called like its column in the tables, which names a picture file or holds the text.
inputs:
  image: { encoder: image, size: 32 }
  question: text

# How the two become one.
fusion: attention

# What it answers: one of the labels that the column "answer" has in train.csv.
heads:
  answer: classification

training:
  epochs: 12

# A part of train.csv is held out to choose the best epoch. test.csv is looked at once, at the end.
data:
  train: train.csv
  test: test.csv
`;

/** Pictures of one object, and the questions about it that are learned soonest. */
export const writeScenesSample: Sample['write'] = async (folder, { signal, onProgress } = {}) => {
  const tables = TABLES.map(({ split, scenes, purpose }) => ({
    split,
    purpose,
    examples: easyExamples(split, scenes),
  }));
  const total = tables.reduce((sum, { examples }) => sum + examples.length, 0);
  let done = 0;
  const rowsOf = function* (examples: readonly SceneExample[]): Generator<SceneRow<'question' | 'answer'>> {
    for (const { scene, question, answer } of examples) {
      signal?.throwIfAborted();
      yield { scene, cells: { question, answer } };
      onProgress?.({ done: ++done, total });
    }
  };
  for (const { split, examples } of tables) {
    await writeSceneTable(folder, split, ['question', 'answer'], rowsOf(examples));
  }
  await writeFileAtomic(join(folder, MANIFEST_FILE), manifest);
  const { question, answer } = required(easyExamples('test', 1)[0], 'a question about the first picture');
  return {
    manifest: MANIFEST_FILE,
    tables: tables.map(({ split, purpose, examples }) => ({ file: `${split}.csv`, rows: examples.length, purpose })),
    unseen: 'test.csv',
    example: { inputs: { image: join(folder, 'test/1.png'), question }, answers: { answer } },
  };
};

/** How many different questions a round has about one object: each of the easy kinds is among them. */
const QUESTIONS_OF_A_ROUND = 8;

function easyExamples(split: SceneSplit, scenes: number): SceneExample[] {
  const options = { seed: SEED, scenes, questionsPerScene: QUESTIONS_OF_A_ROUND, mostObjects: 1, split };
  return [...sceneExamples(options)].filter(({ kind }) => KINDS.includes(kind));
}
