import { join } from 'node:path';
import { required } from '@sensorium/contracts';
import { writeFileAtomic } from '@sensorium/data';
import { sceneExamples, type SceneExample, type SceneSplit } from '../dataset.js';
import type { QuestionKind } from '../language/questions.js';
import type { Scene } from '../scene.js';
import type { Sample } from './samples.js';
import { writeSceneTable, type SceneRow } from './scene-table.js';

const SEED = 1;
/** What a small model learns to tell in a minute: nothing of small objects, which are a few of its pixels, nor of materials. */
const KINDS: readonly QuestionKind[] = ['colour', 'shape', 'position'];
const PICTURES = { train: 1200, test: 200 } as const;

const MANIFEST_FILE = 'scenes.yaml';
const manifest = `# A model that looks at a picture of one object and answers a question about it.
sensorium: 1
name: scenes

# What it reads. An input is called like its column in the tables, which names a picture file or holds the text.
inputs:
  image: { encoder: image, size: 32 }
  question: text

# How the two become one.
fusion: { use: attention, dim: 64, layers: 1 }

# What it answers: one of the labels that the column "answer" has in train.csv.
heads:
  answer: classification

# Small steps of a small model: a processor is done in about a minute.
training:
  epochs: 8
  batchSize: 32
  learningRate: 0.002

# A part of train.csv is held out to choose the best epoch. test.csv is looked at once, at the end.
data:
  train: train.csv
  test: test.csv
`;

/** Pictures of one large object, and the questions about it that are learned soonest. */
export const writeScenesSample: Sample['write'] = async (folder, { signal, onProgress } = {}) => {
  const [train, test] = [easyExamples('train'), easyExamples('test')];
  const total = train.length + test.length;
  let done = 0;
  const rowsOf = function* (examples: readonly SceneExample[]): Generator<SceneRow<'question' | 'answer'>> {
    for (const { scene, question, answer } of examples) {
      signal?.throwIfAborted();
      yield { scene, cells: { question, answer } };
      onProgress?.({ done: ++done, total });
    }
  };
  await writeSceneTable(folder, 'train', ['question', 'answer'], rowsOf(train));
  await writeSceneTable(folder, 'test', ['question', 'answer'], rowsOf(test));
  await writeFileAtomic(join(folder, MANIFEST_FILE), manifest);
  const { question, answer } = required(test[0], 'the first row of test.csv');
  return {
    manifest: MANIFEST_FILE,
    tables: [
      { file: 'train.csv', rows: train.length, purpose: 'to learn from' },
      { file: 'test.csv', rows: test.length, purpose: 'to see how good the model is: it learns from none of them' },
    ],
    unseen: 'test.csv',
    example: { inputs: { image: join(folder, 'test/1.png'), question }, answers: { answer } },
  };
};

/** How many different questions a round has about one object: each of the easy kinds is among them. */
const QUESTIONS_OF_A_ROUND = 8;

/** The easy questions about the first pictures with a large object. */
function easyExamples(split: keyof typeof PICTURES & SceneSplit): SceneExample[] {
  const options = { seed: SEED, scenes: Number.MAX_SAFE_INTEGER, questionsPerScene: QUESTIONS_OF_A_ROUND, split };
  const examples: SceneExample[] = [];
  const scenes = new Set<Scene>();
  for (const example of sceneExamples({ ...options, mostObjects: 1 })) {
    if (example.scene.objects.some(({ size }) => size !== 'large')) continue;
    if (scenes.add(example.scene).size > PICTURES[split]) break;
    if (KINDS.includes(example.kind)) examples.push(example);
  }
  return examples;
}
