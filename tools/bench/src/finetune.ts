import { copyFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest, Plugin } from '@sensorium/contracts';
import { onnx } from '@sensorium/encoder-onnx';
import { concat } from '@sensorium/fusion-concat';
import { readSafeTensors } from '@sensorium/tensors';
import { classification } from '@sensorium/head-classification';
import { CHECKPOINT_FILE, evaluate, train, type Trained } from '@sensorium/trainer';
import { mergedDifference, type MergedDifference } from './merged-difference.js';
import { metricOf } from './metric.js';
import { phaseClock } from './phase-clock.js';
import { inScratch } from './scratch.js';
import { sharedFile, skipped } from './shared.js';
import { chosen, type Report, type Workload } from './workload.js';

const plugins: readonly Plugin[] = [onnx, concat, classification];

/** Width of the pictures, which have 72 pixels; the network was trained with 224, and is 12 times as dear there. */
const size = 64;
const epochs = 8;
/** How far logits of merged weights may be from those of base and adapters, as a share of the largest. */
const tolerance = 1e-5;

/** A way to train the network. Rates were chosen on a fifth of the training table that was held out. */
interface Mode {
  readonly name: 'probe' | 'lora' | 'full';
  /** Of what is on top of the network. */
  readonly learningRate: number;
  /** Of the network's own weights, or their adapters, so many times that. */
  readonly factor: number;
}

const modes: readonly Mode[] = [
  { name: 'probe', learningRate: 3e-3, factor: 1 },
  { name: 'lora', learningRate: 1e-3, factor: 2 },
  { name: 'full', learningRate: 1e-3, factor: 0.3 },
];

interface Tuned {
  readonly accuracy: number;
  readonly seconds: number;
  /** In which the features of what is frozen were computed, and in which the epochs ran. */
  readonly featureSeconds: number;
  readonly epochSeconds: readonly number[];
  readonly trainedParameters: number;
  readonly losses: readonly number[];
  /** Of the file that training leaves to base and adapters side by side; null without adapters. */
  readonly merged: MergedDifference | null;
}

/**
 * A pretrained network on pictures that it has never seen: what is learned on top of it, frozen, against adapters inside
 * of it, against all of it; each for as many epochs, from the same seed. The last epoch counts, so that nothing is chosen
 * by the table on which they are compared.
 */
export const finetune: Workload = {
  description: `MobileNet V1 on emoji (group from picture), ${epochs} epochs: probe, lora, full; cpu`,
  async run({ seed, only }) {
    const [network, trainTable, validationTable] = FILES.map(sharedFile);
    if (network === undefined || trainTable === undefined || validationTable === undefined) return skipped(...FILES);
    const files = { network, train: trainTable, validation: validationTable };
    return inScratch('finetune', async (folder) => {
      const results: Record<string, Tuned> = {};
      for (const mode of chosen(modes, only)) {
        console.error(`${mode.name} …`);
        results[mode.name] = await tune(mode, files, join(folder, mode.name), seed);
      }
      return { table: tableOf(results), result: { epochs, size, workloads: results } };
    });
  },
};

const FILES = [
  'models/mobilenet-v1-embedding/model.onnx',
  'data/emoji/train.csv',
  'data/emoji/validation.csv',
] as const;

interface Files {
  readonly network: string;
  readonly train: string;
  readonly validation: string;
}

function manifestOf({ name, learningRate, factor }: Mode, files: Files, seed: number): Manifest {
  const network = { file: files.network, size, scale: 255, mean: 128, std: 128 };
  return {
    sensorium: 1,
    name,
    // The last activation before the pooling, whose window takes pictures of 224×224 only.
    inputs: { image: { encoder: 'onnx', ...network, output: 'v297', trainable: { mode: name, learningRate: factor } } },
    fusion: { use: 'concat', dim: 64, hidden: 128 },
    heads: { group: 'classification' },
    training: { epochs, batchSize: 16, learningRate, validation: 0, seed },
    data: { train: files.train },
  };
}

async function tune(mode: Mode, files: Files, out: string, seed: number): Promise<Tuned> {
  const clock = phaseClock();
  const checkpoint = `${out}.safetensors`;
  const trained = await train(manifestOf(mode, files, seed), {
    out,
    plugins,
    onProgress({ phase, done }) {
      clock.note(phase);
      // The last moment at which there is a checkpoint, with the adapters as they are.
      if (phase === 'save' && done === 0) copyFileSync(join(out, CHECKPOINT_FILE), checkpoint);
    },
  });
  const best = await bestOf(checkpoint);
  const evaluation = await evaluate(out, { data: files.validation, plugins });
  const { seconds, history } = trained.metrics;
  return {
    accuracy: metricOf(evaluation, 'group', 'accuracy'),
    seconds,
    featureSeconds: clock.seconds('features'),
    epochSeconds: history.map((epoch) => epoch.seconds),
    trainedParameters: Object.values(best).reduce((sum, { data }) => sum + data.length, 0),
    losses: history.map(({ loss }) => loss),
    merged: mode.name === 'lora' ? await compareMerged(trained, best, files) : null,
  };
}

/** What was trained, by name. */
async function bestOf(checkpoint: string): Promise<ReturnType<typeof readSafeTensors>['tensors']> {
  const { tensors } = readSafeTensors(await readFile(checkpoint));
  const prefix = 'best/';
  return Object.fromEntries(
    Object.entries(tensors).flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor] as const] : [],
    ),
  );
}

async function compareMerged({ folder, manifest }: Trained, best: Awaited<ReturnType<typeof bestOf>>, files: Files) {
  const { network, validation } = files;
  const difference = await mergedDifference({
    folder,
    manifest,
    plugins,
    files: new Map([[network, await readFile(network)]]),
    trained: best,
    table: validation,
    input: 'image',
    head: 'group',
  });
  if (difference.relative <= tolerance) return difference;
  throw new Error(`merged adapters differ from base and adapters by ${difference.relative} of the largest logit`);
}

function tableOf(results: Readonly<Record<string, Tuned>>): Report['table'] {
  const rows = Object.entries(results).map(([name, tuned]) => [
    name,
    `${(100 * tuned.accuracy).toFixed(1)} %`,
    `${(tuned.trainedParameters / 1e3).toFixed(0)} k`,
    tuned.featureSeconds.toFixed(1),
    ...tuned.epochSeconds.slice(0, 2).map((seconds) => seconds.toFixed(1)),
    tuned.seconds.toFixed(1),
  ]);
  const merged = Object.values(results).flatMap((tuned) => tuned.merged ?? []);
  return [
    ['', 'validation', 'trained', 'features s', '1st epoch s', '2nd epoch s', 'all s'],
    ...rows,
    ...merged.map(({ relative }) => ['merged, difference', relative.toExponential(1)]),
  ];
}
