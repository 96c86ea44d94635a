import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from '@sensorium/contracts';
import { image } from '@sensorium/encoder-image';
import { text } from '@sensorium/encoder-text';
import { attention } from '@sensorium/fusion-attention';
import { classification } from '@sensorium/head-classification';
import { encodePng } from '@sensorium/media';
import { renderScene, sceneExamples, type Scene, type SceneSplit } from '@sensorium/starter';
import { train } from '@sensorium/trainer';
import { residentMiB } from './memory.js';
import { phaseClock } from './phase-clock.js';
import { inScratch } from './scratch.js';
import type { Workload } from './workload.js';

const plugins: readonly Plugin[] = [image, text, attention, classification];
/** About as many questions as a tenth of easy-VQA. */
const scenes: Readonly<Partial<Record<SceneSplit, number>>> = { train: 40, validation: 500 };
const questionsPerScene = 8;
const epochs = 12;
/** In these caches fill and compilers finish. */
const settling = 2;

/**
 * The five lines of the README, on pictures and questions of the scenes world: how long the validation of 4,000 questions
 * takes in each epoch, and the memory of the process after it.
 */
export const validation: Workload = {
  description: `validation of ${Number(scenes.validation) * questionsPerScene} questions about 64×64 pictures, attention fusion, cpu`,
  async run({ seed }) {
    return inScratch('validation', async (folder) => {
      for (const split of ['train', 'validation'] as const) await writeTable(folder, split, seed);
      const clock = phaseClock();
      const spent: number[] = [];
      const residents: number[] = [];
      const total = (): number => clock.seconds('validate') + clock.seconds('epoch');
      await train(
        {
          sensorium: 1,
          inputs: { image: 'image', question: 'text' },
          fusion: 'attention',
          heads: { answer: 'classification' },
          training: { epochs, seed },
          data: { train: join(folder, 'train.jsonl'), validation: join(folder, 'validation.jsonl') },
        },
        {
          out: join(folder, 'model'),
          from: [],
          plugins,
          onProgress({ phase }) {
            clock.note(phase);
            if (phase !== 'epoch') return;
            spent.push(total());
            residents.push(residentMiB());
            // Collecting garbage is not validation.
            clock.note('save');
          },
        },
      );
      const each = spent.map((sum, index) => sum - (spent[index - 1] ?? 0)).slice(settling);
      const memory = residents.slice(settling);
      const mean = each.reduce((a, b) => a + b, 0) / each.length;
      const figures = { mean, least: Math.min(...each), greatest: Math.max(...each) };
      const [first, last] = [memory.at(0), memory.at(-1)];
      return {
        table: [
          ['', 'mean', 'least', 'greatest'],
          ['s an epoch', ...Object.values(figures).map((value) => value.toFixed(3))],
          ['', 'first', 'last'],
          ['MiB', String(first), String(last)],
        ],
        result: { secondsPerEpoch: figures, all: each, residentMiB: memory, scenes, questionsPerScene, epochs },
      };
    });
  },
};

async function writeTable(folder: string, split: 'train' | 'validation', seed: number): Promise<void> {
  await mkdir(join(folder, split));
  const lines: string[] = [];
  const pictures = new Map<Scene, string>();
  for (const { scene, question, answer } of sceneExamples({
    seed,
    scenes: Number(scenes[split]),
    questionsPerScene,
    split,
  })) {
    const file = pictures.get(scene) ?? `${split}/${pictures.size}.png`;
    if (!pictures.has(scene)) await writeFile(join(folder, file), await encodePng(renderScene(scene)));
    pictures.set(scene, file);
    lines.push(JSON.stringify({ image: file, question, answer }));
  }
  await writeFile(join(folder, `${split}.jsonl`), `${lines.join('\n')}\n`);
}
