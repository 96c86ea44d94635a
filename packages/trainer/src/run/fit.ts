import type { Backend, ResolvedManifest, Tensor, Tensors } from '@sensorium/contracts';
import { sha256, type Store } from '@sensorium/data';
import type { Parts } from '@sensorium/orchestrator';
import { writeSafeTensors } from '@sensorium/tensors';
import type { TrainingProgram } from '@sensorium/training';
import type { Cache } from '../data/cache.js';
import type { Samples } from '../data/dataset.js';
import type { Precision } from '../features/groups.js';
import { openTrainingFeatures } from '../features/open.js';
import { BeyondHalf } from '../features/store.js';
import type { Decision, EpochReport, Metrics, RangeTest, StepReport } from '../metrics.js';
import { courseOf, firstCourse } from '../plan/course.js';
import { planTraining } from '../plan/plan-training.js';
import type { Decider } from '../plan/set-up.js';
import { firstValues } from '../plan/program.js';
import type { StepSize } from '../plan/step-size.js';
import type { OnProgress } from '../progress.js';
import { requireFit, type Checkpoint } from './checkpoint.js';
import { requireFinite } from './not-finite.js';
import { rangeTest, type RangeTestOptions } from './range-test.js';
import { Run, type RunParts } from './run.js';
import type { Route } from './position.js';
import { carriedState, lossesOf } from './stepper.js';
import { Validation } from './validation.js';

export interface FitOptions {
  readonly manifest: ResolvedManifest;
  readonly parts: Parts;
  readonly train: Samples;
  /** Rows that the best epoch is chosen on, and what it is chosen by. */
  readonly validation?: Samples & { readonly decides: Decider };
  readonly backend: Backend;
  /** Where the training's state is kept. */
  readonly store: Store;
  /** Where features of frozen parts are kept. */
  readonly cache: Cache;
  /** Weights to start from, by name. */
  readonly start: Tensors;
  /** Go on from here. */
  readonly checkpoint?: Checkpoint;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

export interface Fitted {
  readonly weights: Record<string, Tensor>;
  readonly history: readonly EpochReport[];
  /** The course within epochs. */
  readonly steps: readonly StepReport[];
  readonly stepsPerEpoch: number;
  /** At its peak. */
  readonly learningRate: number;
  /** Where the learning rate was chosen by one. */
  readonly rangeTest?: RangeTest;
  /** Where time was over before the last step. */
  readonly limit?: Metrics['limit'];
  /** From 1; the epoch whose weights these are. */
  readonly bestEpoch: number;
  /** What it was chosen by; null without validation. */
  readonly decidedBy: Decision | null;
  /** Seconds that earlier runs spent on it. */
  readonly earlierSeconds: number;
}

/**
 * Trains until the last epoch, or until validation stops getting better. The best epoch's weights are kept; of epochs with
 * the same score the last, whose loss is lower as a rule. Without validation it is the last epoch.
 *
 * Throws SENSORIUM_NOT_FINITE; SENSORIUM_NOTHING_TO_RESUME for a checkpoint of another training, SENSORIUM_BAD_MODEL for one
 * that stands where it never does; what saving throws; and the signal's reason once a checkpoint is saved.
 */
export async function fit(options: FitOptions): Promise<Fitted> {
  try {
    return await fitWith('float16', options);
  } catch (error) {
    if (!(error instanceof BeyondHalf)) throw error;
    return await fitWith('float32', options);
  }
}

async function fitWith(precision: Precision, options: FitOptions): Promise<Fitted> {
  const { manifest, train, validation, checkpoint, store } = options;
  const { training } = manifest;
  const { features: plan, program: build, size, loop } = planTraining(options, train.rows.length, precision);
  const first = build(firstCourse(training, size.perEpoch));
  const frozen = first.frozenValues(firstValues(manifest));
  requireFinite(frozen);
  const features = plan && (await openTrainingFeatures({ train, validation }, { ...options, plan, frozen }));
  try {
    const found = await findLearningRate({ ...options, program: first, size, loop, features, frozen });
    const { learningRate, rangeTest: tested } = found;
    const program = tested ? build(courseOf(training, learningRate, size.perEpoch)) : first;
    const identity = await identify(options, learningRate, program);
    // Only now: features tell whether float16 holds them, which is part of the identity.
    if (checkpoint) requireFit(checkpoint, identity, routeOf(program, training, size), store);
    const fitted = await runWith({ program, size, loop, identity, frozen, features, rangeTest: tested }, options);
    return { ...fitted, learningRate };
  } finally {
    await features?.dispose();
  }
}

const routeOf = (program: TrainingProgram, training: ResolvedManifest['training'], { perEpoch }: StepSize): Route => ({
  epochs: training.epochs,
  perEpoch,
  isPaced: training.minutes !== null,
  losses: lossesOf(program),
  program,
});

/** The peak: what the manifest says, or what a range test finds; where a training goes on, what its own has found. */
async function findLearningRate(
  options: RangeTestOptions & Pick<FitOptions, 'checkpoint'>,
): Promise<{ readonly learningRate: number; readonly rangeTest?: RangeTest }> {
  const { manifest, checkpoint } = options;
  const given = manifest.training.learningRate;
  if (given !== 'auto') return { learningRate: given };
  const tested = checkpoint?.position.rangeTest ?? (await rangeTest(options));
  return { learningRate: tested.chosen, rangeTest: tested };
}

async function runWith(
  run: Omit<RunParts, 'session' | 'validation'>,
  options: FitOptions,
): Promise<Omit<Fitted, 'learningRate'>> {
  const { backend, validation: samples } = options;
  const { program } = run;
  const session = await backend.load(program.model, { isolate: true, carried: carriedState(program) });
  try {
    const validation = samples && (await Validation.open({ ...options, ...run, samples, decides: samples.decides }));
    try {
      return await new Run(options, { ...run, session, validation }).toTheEnd();
    } finally {
      await validation?.dispose();
    }
  } finally {
    await session.dispose();
  }
}

/** All that decides the weights. The program covers the model, the optimizer and the code that made them. */
async function identify(
  { manifest, train, validation, start }: FitOptions,
  found: number,
  { model }: TrainingProgram,
): Promise<string> {
  const [trained, held] = [await identityOf(train), validation ? await identityOf(validation) : null];
  const weights = Object.keys(start).length > 0 ? await sha256(writeSafeTensors(start)) : null;
  const { inputs } = manifest;
  const training = { ...manifest.training, learningRate: found };
  return sha256(JSON.stringify([await sha256(model), inputs, training, trained, held, weights]));
}

const identityOf = async ({ dataset, rows }: Samples): Promise<unknown> => [await dataset.key(), [...rows]];
