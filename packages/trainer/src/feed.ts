import type { Random, Tensor } from '@sensorium/contracts';
import { batches, permutation, prefetch } from '@sensorium/data';
import type { TrainingProgram } from '@sensorium/graph';
import { mapRecord } from '@sensorium/orchestrator';
import type { Dataset, Samples } from './dataset.js';
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
  /** From 0. */
  readonly epoch: number;
  /** Steps of this epoch that are done already. */
  readonly firstStep: number;
  /** The training's stream: order, augmentation and noise depend on it, the epoch and the step alone. */
  readonly random: Random;
}

/** Full batches of an epoch. */
export const stepsPerEpoch = (count: number, batchSize: number): number => Math.max(1, Math.floor(count / batchSize));

/** The rest of an epoch in chunks of steps, prepared while the engine works on the one before. */
export function epochChunks(options: EpochOptions): AsyncGenerator<Chunk> {
  return prefetch(chunks(options), 1);
}

async function* chunks(options: EpochOptions): AsyncGenerator<Chunk> {
  const { rows, batchSize, epoch, firstStep, program } = options;
  const random = options.random.fork(`epoch/${epoch}`);
  const order = permutation(rows.length, random.fork('order')).map((position) => rows[position] ?? 0);
  const all = [...batches({ order, batchSize, mode: 'training' })];
  const size = chunkSize(program, batchSize, options.dataset);
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
  const { dataset, batchSize, program } = options;
  const flat = Uint32Array.from(steps.flatMap((batch) => [...batch]));
  const sampleRandom = random.fork('samples');
  const firstSample = first * batchSize;
  const inputs = await dataset.readAugmented(flat, (position) => sampleRandom.fork(String(firstSample + position)));
  for (const [head, targets] of Object.entries(dataset.targets(flat))) {
    for (const [target, tensor] of Object.entries(targets)) inputs[targetName(head, target)] = tensor;
  }
  const shaped = mapRecord(inputs, (tensor) => ({
    ...tensor,
    shape: [steps.length, batchSize, ...tensor.shape.slice(1)],
  }));
  return {
    steps: steps.length,
    inputs: {
      ...shaped,
      ...noise(program, first, steps.length, random),
      steps: { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(steps.length)) },
    },
  };
}

/** Every step's noise has its own stream, so that chunks may be cut anywhere. */
function noise(program: TrainingProgram, first: number, steps: number, random: Random): Record<string, Tensor> {
  const streams = Array.from({ length: steps }, (_, step) => random.fork(`noise/${first + step}`));
  return Object.fromEntries(
    program.noise.map(({ name, shape }): [string, Tensor] => {
      const size = shape.reduce((a, b) => a * b, 1);
      const data = new Uint8Array(steps * size);
      streams.forEach((stream, step) => data.set(stream.bytes(size), step * size));
      return [name, { dtype: 'uint8', shape: [steps, ...shape], data }];
    }),
  );
}

function chunkSize(program: TrainingProgram, batchSize: number, dataset: Dataset): number {
  const noiseBytes = program.noise.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const bytes = dataset.bytesPerSample * batchSize + noiseBytes;
  return Math.max(1, Math.min(CHUNK_STEPS, Math.floor(CHUNK_BYTES / bytes)));
}
