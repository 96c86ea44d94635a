import { SensoriumError, type Backend, type ResolvedManifest, type Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import type { Parts } from '@sensorium/orchestrator';
import type { TrainingProgram } from '@sensorium/training';
import type { Samples } from '../data/dataset.js';
import type { TrainingFeatures } from '../features/open.js';
import type { RangeTest } from '../metrics.js';
import { SWEEP } from '../plan/course.js';
import { firstValues } from '../plan/program.js';
import type { StepSize } from '../plan/step-size.js';
import { timed, type OnProgress } from '../progress.js';
import { blendAfter } from './blend.js';
import { epochChunks } from './feed.js';
import { carriedState, LEARNING_RATE, Stepper, TOTAL } from './stepper.js';

export interface RangeTestOptions {
  readonly manifest: ResolvedManifest;
  readonly parts: Parts;
  /** That goes through the learning rates. */
  readonly program: TrainingProgram;
  readonly train: Samples;
  readonly size: StepSize;
  readonly loop: boolean;
  readonly features: TrainingFeatures | null;
  readonly frozen: Tensors;
  readonly backend: Backend;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** How far the mean of the losses before counts in the next. */
const SMOOTHING = 0.9;

/** A loss so many times the lowest has diverged. */
const DIVERGED = 4;

/** The learning rate that is chosen, as a part of the one from which on the loss rises. */
const BELOW_THE_LOWEST = 1 / 10;

/**
 * Finds a peak learning rate by a range test (Smith 2017, §3.3): the learning rate rises exponentially over 96 steps of
 * training from the first weights, which are thrown away then; a tenth of the one at which the smoothed loss is lowest is
 * chosen, because up to there the loss falls, and at that itself it no longer does. The same seed gives the same.
 *
 * Throws SENSORIUM_NOT_FINITE where the loss falls at no learning rate, and the signal's reason.
 */
export async function rangeTest(options: RangeTestOptions): Promise<RangeTest> {
  const { manifest, program, frozen, backend } = options;
  const session = await backend.load(program.model, { isolate: true, carried: carriedState(program) });
  try {
    const stepper = new Stepper({ program, session, frozen, state: program.initialState(firstValues(manifest)) });
    const points = smoothed(await sweep(stepper, options));
    return { chosen: choose(points), points };
  } finally {
    await session.dispose();
  }
}

type Points = RangeTest['points'];

/** The loss of every step, until it has diverged. */
async function sweep(stepper: Stepper, options: RangeTestOptions): Promise<Points> {
  const { manifest, parts, train, signal } = options;
  const { seed, mix } = manifest.training;
  const blend = blendAfter([], manifest, parts);
  const random = createRandom(seed, 'range test');
  const report = timed(options.onProgress);
  const points: Points[number][] = [];
  for (let epoch = 0; ; epoch++) {
    for await (const chunk of epochChunks({ ...options, ...train, epoch, firstStep: 0, mix, blend, random })) {
      signal?.throwIfAborted();
      const { [TOTAL]: losses = [], [LEARNING_RATE]: rates = [] } = await stepper.take(chunk);
      for (const [step, learningRate] of rates.entries()) points.push({ learningRate, loss: losses[step] ?? NaN });
      report({ phase: 'range', done: Math.min(points.length, SWEEP.steps), total: SWEEP.steps });
      if (points.length >= SWEEP.steps || hasDiverged(points)) return points.slice(0, SWEEP.steps);
    }
  }
}

/** The means until each point, of which later ones count more; without those that are no numbers. */
function smoothed(points: Points): Points {
  let [sum, weight] = [0, 0];
  return points.flatMap(({ learningRate, loss }) => {
    if (!Number.isFinite(loss)) return [];
    sum = SMOOTHING * sum + (1 - SMOOTHING) * loss;
    weight = SMOOTHING * weight + (1 - SMOOTHING);
    return [{ learningRate, loss: sum / weight }];
  });
}

function hasDiverged(points: Points): boolean {
  const means = smoothed(points);
  const last = means.at(-1);
  if (!last || means.length < points.length) return true;
  const lowest = Math.min(...means.map(({ loss }) => loss));
  return last.loss - lowest > (DIVERGED - 1) * Math.abs(lowest);
}

/** With two digits: it is no finer than that. */
function choose(points: Points): number {
  const lowest = points.reduce((best, point) => (point.loss < best.loss ? point : best), points[0] ?? nothingFound());
  const chosen = BELOW_THE_LOWEST * lowest.learningRate;
  if (chosen < SWEEP.lowest) return nothingFound();
  return Number(chosen.toPrecision(2));
}

function nothingFound(): never {
  throw new SensoriumError({
    code: 'SENSORIUM_NOT_FINITE',
    message: `the range test found no learning rate from ${SWEEP.lowest} to ${SWEEP.highest} at which the loss falls`,
    hint: 'Give a number as training.learningRate, and look at the data: labels that have nothing to do with the inputs cannot be learned.',
    location: { key: 'training.learningRate' },
  });
}
