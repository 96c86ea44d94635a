import { cpu } from '@sensorium/backend-node';
import { required, type Backend, type Session, type Tensors } from '@sensorium/contracts';
import { randomBatches } from './models/model.js';
import { classes, type TrainingModel } from './models/training-model.js';
import { totalOperations } from './products.js';
import { shortest } from './time.js';
import { trainingRun, type TrainingRun } from './training-run.js';

export interface StepTiming {
  /** Of a step. */
  readonly milliseconds: number;
  /** Of its matrix products. */
  readonly gigaflopsPerSecond: number;
  /** Of the first steps over one batch. */
  readonly losses: readonly number[];
  /** The largest relative error of these losses beside those on cpu. */
  readonly difference: number;
}

const comparedSteps = 5;

/**
 * Training steps as the trainer takes them, whose state stays in the session: many in one run, but on webgpu, for which ONNX
 * Runtime 1.30 has no Loop, one.
 */
export async function timeSteps(
  model: TrainingModel,
  backend: Backend,
  seed: number,
  milliseconds: number,
): Promise<StepTiming> {
  const oneByOne = runOf(model, seed, false);
  const loop = backend.name !== 'webgpu';
  const run = loop ? runOf(model, seed, true) : oneByOne;
  const duration = await inSession(run, backend, (next) => shortest(next, milliseconds));
  const perStep = loop ? duration / model.stepsPerRun : duration;
  const [losses, expected] = [await firstLosses(oneByOne, backend), await firstLosses(oneByOne, cpu)];
  return {
    milliseconds: perStep,
    gigaflopsPerSecond: totalOperations(model.products) / perStep / 1e6,
    losses,
    difference: Math.max(...losses.map((loss, at) => Math.abs(loss / required(expected[at], 'a loss on cpu') - 1))),
  };
}

const runOf = (model: TrainingModel, seed: number, loop: boolean): TrainingRun =>
  trainingRun(model, randomBatches(model, loop ? model.stepsPerRun : 1, seed, classes), { seed, loop });

type Run = () => ReturnType<Session['run']>;

/** Opens a session that keeps the state, gives it the first values by a run, and hands out the runs that follow. */
async function inSession<T>(
  { job: { model, feeds }, carried }: TrainingRun,
  backend: Backend,
  use: (next: Run, first: Tensors) => Promise<T>,
): Promise<T> {
  const session = await backend.load(model, { carried });
  try {
    const first = await session.run(feeds);
    const batch = Object.fromEntries(Object.entries(feeds).filter(([name]) => !Object.hasOwn(carried, name)));
    return await use(() => session.run(batch), first);
  } finally {
    await session.dispose();
  }
}

const firstLosses = (run: TrainingRun, backend: Backend): Promise<number[]> =>
  inSession(run, backend, async (next, first) => {
    const losses = [lossOf(first)];
    while (losses.length < comparedSteps) losses.push(lossOf(await next()));
    return losses;
  });

const lossOf = ({ loss }: Tensors): number => Number(required(loss, 'the loss').data[0]);
