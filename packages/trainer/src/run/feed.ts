import { required, type Random, type Tensor } from '@sensorium/contracts';
import { batches, permutation, prefetch } from '@sensorium/data';
import { mapRecord } from '@sensorium/orchestrator';
import { gatherRows } from '@sensorium/tensors';
import type { TrainingProgram } from '@sensorium/training';
import type { Samples } from '../data/dataset.js';
import type { TrainingFeatures } from '../features/open.js';
import { MIX_RATIO } from '../plan/mixing.js';
import type { StepSize } from '../plan/step-size.js';
import { pick } from '../pick.js';
import { beta } from './beta.js';
import { fedWeights } from './blend.js';
import { programNoise, sizeOf } from './noise.js';

/** Bytes of samples that one chunk may hold. */
const CHUNK_BYTES = 24 * 2 ** 20;
/** More steps in one chunk save little, and make progress and stopping coarse. */
const CHUNK_STEPS = 16;

export interface Chunk {
  readonly steps: number;
  /** Everything the program reads of samples and noise, [steps,…]. */
  readonly inputs: Readonly<Record<string, Tensor>>;
}

/** Some steps of a chunk; a copy, unless it is all of them. */
export function partOf(chunk: Chunk, first: number, steps: number): Chunk {
  if (steps === chunk.steps) return chunk;
  return {
    steps,
    inputs: gatherRows(
      chunk.inputs,
      Uint32Array.from({ length: steps }, (_, index) => first + index),
    ),
  };
}

export interface EpochOptions extends Samples {
  readonly program: TrainingProgram;
  readonly size: StepSize;
  /** Whether a chunk may have more than one step. */
  readonly loop: boolean;
  /** From 0. */
  readonly epoch: number;
  /** Steps of this epoch that are done already. */
  readonly firstStep: number;
  /** What of the model was computed before. */
  readonly features: TrainingFeatures | null;
  /** Of the distribution Beta(mix, mix) of the ratio by which samples are mixed; null where they are not. */
  readonly mix: number | null;
  /** The weights of the joint loss and of each modality alone; null where losses are not blended. */
  readonly blend: readonly number[] | null;
  /** The training's stream: order, views and noise depend on it, the epoch and the step alone. */
  readonly random: Random;
}

/** The rest of an epoch in chunks of steps, prepared while the engine works on the one before. */
export function epochChunks(options: EpochOptions): AsyncGenerator<Chunk> {
  return prefetch(chunks(options), 1);
}

async function* chunks(options: EpochOptions): AsyncGenerator<Chunk> {
  const { rows, size, epoch, firstStep } = options;
  const random = options.random.fork(`epoch/${epoch}`);
  const order = permutation(rows.length, random.fork('order')).map((position) =>
    required(rows[position], `row ${position} of the order`),
  );
  const all = [...batches(order, size.batchSize * size.accumulate)];
  const most = chunkSize(options);
  for (let step = firstStep; step < all.length; step += most) {
    yield await chunk(all.slice(step, step + most), step, random, options);
  }
}

async function chunk(
  steps: readonly Uint32Array[],
  first: number,
  random: Random,
  options: EpochOptions,
): Promise<Chunk> {
  const { size, program, mix, blend } = options;
  const { batchSize, accumulate } = size;
  const leading = accumulate === 1 ? [steps.length] : [steps.length, accumulate];
  const flat = Uint32Array.from(steps.flatMap((batch) => [...batch]));
  const sampleRandom = random.fork('samples');
  const firstSample = first * batchSize * accumulate;
  const read = await readSamples(flat, (position) => sampleRandom.fork(String(firstSample + position)), options);
  const shaped = mapRecord(read, (tensor) => ({ ...tensor, shape: [...leading, batchSize, ...tensor.shape.slice(1)] }));
  // Every step's noise has its own stream, so that chunks may be cut anywhere.
  const streams = steps.map((_, step) => random.fork(`noise/${first + step}`));
  const noise = program.noise.map((one) => [one.name, programNoise(one, leading, streams)] as const);
  return {
    steps: steps.length,
    inputs: {
      ...shaped,
      ...Object.fromEntries(noise),
      ...(mix !== null && ratios(mix, leading, streams)),
      ...(blend && fedWeights(blend, leading)),
    },
  };
}

/** The ratio by which the samples of each batch are mixed. */
function ratios(mix: number, leading: readonly number[], streams: readonly Random[]): Record<string, Tensor> {
  const perStep = sizeOf(leading) / streams.length;
  const drawn = streams.flatMap((stream) => {
    const random = stream.fork('mix');
    return Array.from({ length: perStep }, () => beta(mix, random));
  });
  return { [MIX_RATIO]: { dtype: 'float32', shape: leading, data: Float32Array.from(drawn) } };
}

/** Inputs, features and what heads learn from, [n,…] each. */
async function readSamples(
  rows: Uint32Array,
  randomOf: (position: number) => Random,
  { dataset, features }: EpochOptions,
): Promise<Record<string, Tensor>> {
  if (!features) return dataset.read(rows, { randomOf });
  const { columns, tensors } = features.plan;
  const read = await dataset.read(rows, { randomOf, only: columns });
  return { ...pick(read, tensors), ...(await features.train.read(rows)) };
}

function chunkSize({ program, size, dataset, features, loop }: EpochOptions): number {
  if (!loop) return 1;
  const noiseBytes = program.noise.reduce(
    (sum, { kind, shape }) => sum + sizeOf(shape) * (kind === 'uniform' ? 1 : 4),
    0,
  );
  const sampleBytes = features
    ? dataset.bytesPerSample(features.plan.columns) + features.train.bytesPerSample
    : dataset.bytesPerSample();
  const bytes = (sampleBytes * size.batchSize + noiseBytes) * size.accumulate;
  return Math.max(1, Math.min(CHUNK_STEPS, Math.floor(CHUNK_BYTES / bytes)));
}
