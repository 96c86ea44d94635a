import type { Random, Tensor } from '@sensorium/contracts';
import { batches, permutation, prefetch } from '@sensorium/data';
import type { TrainingProgram } from '@sensorium/training';
import { mapRecord } from '@sensorium/orchestrator';
import type { Samples } from './dataset.js';
import type { OpenFeatures } from './features/open.js';
import { pick } from './features/store.js';
import { targetName } from './program.js';

/** Bytes of samples that one chunk may hold. */
const CHUNK_BYTES = 24 * 2 ** 20;
/** More steps in one chunk save little, and make progress and stopping coarse. */
const CHUNK_STEPS = 16;

export interface Chunk {
  readonly steps: number;
  /** Everything the program reads but its state. */
  readonly inputs: Record<string, Tensor>;
}

export interface EpochOptions extends Samples {
  readonly program: TrainingProgram;
  readonly batchSize: number;
  /** Batches of a step. */
  readonly accumulate: number;
  /** Whether a chunk may have more than one step. */
  readonly loop: boolean;
  /** From 0. */
  readonly epoch: number;
  /** Steps of this epoch that are done already. */
  readonly firstStep: number;
  /** What of the model was computed before. */
  readonly features?: OpenFeatures | null;
  /** The training's stream: order, augmentation and noise depend on it, the epoch and the step alone. */
  readonly random: Random;
}

/** The rest of an epoch in chunks of steps, prepared while the engine works on the one before. */
export function epochChunks(options: EpochOptions): AsyncGenerator<Chunk> {
  return prefetch(chunks(options), 1);
}

async function* chunks(options: EpochOptions): AsyncGenerator<Chunk> {
  const { rows, batchSize, accumulate, epoch, firstStep } = options;
  const random = options.random.fork(`epoch/${epoch}`);
  const order = permutation(rows.length, random.fork('order')).map((position) => rows[position] ?? 0);
  const all = [...batches({ order, batchSize: batchSize * accumulate, mode: 'training' })];
  const size = chunkSize(options);
  for (let step = firstStep; step < all.length; step += size) {
    yield await chunk(all.slice(step, step + size), step, random, options);
  }
}

async function chunk(
  steps: readonly Uint32Array[],
  first: number,
  random: Random,
  options: EpochOptions,
): Promise<Chunk> {
  const { dataset, batchSize, accumulate, program, features } = options;
  const leading = accumulate === 1 ? [steps.length] : [steps.length, accumulate];
  const flat = Uint32Array.from(steps.flatMap((batch) => [...batch]));
  const sampleRandom = random.fork('samples');
  const firstSample = first * batchSize * accumulate;
  const randomOf = (position: number): Random => sampleRandom.fork(String(firstSample + position));
  const read = await dataset.readAugmented(flat, randomOf, features?.plan.inputs);
  const inputs = features ? { ...pick(read, features.plan.tensors), ...(await features.train.read(flat)) } : read;
  for (const [head, targets] of Object.entries(dataset.targets(flat))) {
    for (const [target, tensor] of Object.entries(targets)) inputs[targetName(head, target)] = tensor;
  }
  const shaped = mapRecord(inputs, (tensor) => ({
    ...tensor,
    shape: [...leading, batchSize, ...tensor.shape.slice(1)],
  }));
  return {
    steps: steps.length,
    inputs: {
      ...shaped,
      ...noise(program, { first, leading, random }),
      steps: { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(steps.length)) },
    },
  };
}

interface NoiseOptions {
  /** The chunk's first step in the epoch. */
  readonly first: number;
  /** [steps], or [steps,accumulate] */
  readonly leading: readonly number[];
  readonly random: Random;
}

/** Every step's noise has its own stream, so that chunks may be cut anywhere. */
function noise(program: TrainingProgram, { first, leading, random }: NoiseOptions): Record<string, Tensor> {
  const [steps = 1, batchesPerStep = 1] = leading;
  const streams = Array.from({ length: steps }, (_, step) => random.fork(`noise/${first + step}`));
  return Object.fromEntries(
    program.noise.map(({ name, shape }): [string, Tensor] => {
      const size = shape.reduce((a, b) => a * b, batchesPerStep);
      const data = new Uint8Array(steps * size);
      streams.forEach((stream, step) => data.set(stream.bytes(size), step * size));
      return [name, { dtype: 'uint8', shape: [...leading, ...shape], data }];
    }),
  );
}

function chunkSize({ program, batchSize, accumulate, dataset, features, loop }: EpochOptions): number {
  if (!loop) return 1;
  const noiseBytes = program.noise.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const sampleBytes = dataset.bytesPerSample(features?.plan.inputs) + (features?.train.bytesPerSample ?? 0);
  const bytes = (sampleBytes * batchSize + noiseBytes) * accumulate;
  return Math.max(1, Math.min(CHUNK_STEPS, Math.floor(CHUNK_BYTES / bytes)));
}
