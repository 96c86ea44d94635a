import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { required } from '@sensorium/contracts';
import { image } from '@sensorium/encoder-image';
import { text } from '@sensorium/encoder-text';
import { attention } from '@sensorium/fusion-attention';
import { classification } from '@sensorium/head-classification';
import { train } from '@sensorium/trainer';
import { residentMiB } from './memory.js';
import { writeNoisePictures } from './noise-pictures.js';
import type { Workload } from './workload.js';

const pictures = 600;
const size = 48;
/** In this time caches fill and compilers finish. */
const settlingMinutes = 2;

interface Reading {
  readonly minutes: number;
  readonly epochs: number;
  readonly residentMiB: number;
}

/** Trains pictures and questions for some minutes, with augmentation, validation and checkpoints, and reads the memory. */
export const lasting: Workload = {
  description: 'memory of a training that goes on for --minutes, of pictures and questions, cpu',
  async run({ seed, minutes = 30 }) {
    const folder = await mkdtemp(join(tmpdir(), 'sensorium-lasting-'));
    try {
      const readings = await measure(folder, seed, minutes);
      const settled = readings.filter((reading) => reading.minutes >= Math.min(settlingMinutes, minutes / 2));
      const sizes = settled.map((reading) => reading.residentMiB);
      const [first, last] = [required(sizes.at(0), 'the first reading'), required(sizes.at(-1), 'the last reading')];
      const { epochs } = required(settled.at(-1), 'the last reading');
      const result = { minutes, epochs, first, last, largest: Math.max(...sizes) };
      return {
        table: [Object.keys(result), Object.values(result).map(String)],
        result: { ...result, grownMiB: last - first, readings },
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function measure(folder: string, seed: number, minutes: number): Promise<Reading[]> {
  await writeNoisePictures(folder, { count: pictures, size, seed });
  const readings: Reading[] = [];
  const started = performance.now();
  const signal = AbortSignal.timeout(minutes * 60_000);
  const training = train(
    {
      sensorium: 1,
      inputs: { picture: { encoder: 'image', augment: { flip: 'both', crop: 0.1, colour: 0.1 } }, question: 'text' },
      fusion: { use: 'attention', dropout: 0.1 },
      heads: { answer: 'classification' },
      training: { epochs: 1_000_000, schedule: 'constant', seed },
      data: { train: join(folder, 'train.csv') },
    },
    {
      out: join(folder, 'model'),
      from: [],
      plugins: [image, text, attention, classification],
      signal,
      onProgress({ phase, epoch = 0 }) {
        if (phase !== 'epoch') return;
        readings.push({ minutes: (performance.now() - started) / 60_000, epochs: epoch, residentMiB: residentMiB() });
      },
    },
  );
  await training.catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return readings;
}
