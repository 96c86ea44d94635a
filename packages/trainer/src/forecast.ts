import { required, type Backend, type Tensors } from '@sensorium/contracts';
import { createRandom, memoryStore, permutation } from '@sensorium/data';
import type { TrainingProgram } from '@sensorium/training';
import { Cache } from './data/cache.js';
import { Dataset, type Samples } from './data/dataset.js';
import type { OpenTable } from './data/open-table.js';
import { openTrainingFeatures, type TrainingFeatures } from './features/open.js';
import type { FeaturePlan } from './features/plan.js';
import type { Host } from './host.js';
import { firstCourse, SWEEP, type Course } from './plan/course.js';
import { planTraining } from './plan/plan-training.js';
import { firstValues, trainedOf } from './plan/program.js';
import type { Setup } from './plan/set-up.js';
import type { StepSize } from './plan/step-size.js';
import { pick } from './pick.js';
import type { OnProgress } from './progress.js';
import { blendAfter } from './run/blend.js';
import { epochChunks, partOf } from './run/feed.js';
import { carriedState, Stepper } from './run/stepper.js';
import { Validation } from './run/validation.js';

/** Seconds, from measurements that differ as the machine is busy. */
export interface Duration {
  readonly low: number;
  readonly usual: number;
  readonly high: number;
}

/** How long a training takes, by a few real steps on a part of its rows. */
export interface Forecast {
  /** Of preparing all values and computing the features of all rows; nothing of it is left where an earlier run kept both. */
  readonly prepare: number;
  readonly step: Duration;
  /** Validation included. */
  readonly epoch: Duration;
  /** All epochs, preparation and a range test included, and no longer than a limit of time. */
  readonly all: Duration;
  /** Bytes of main memory that the process had at most; null where that cannot be known. */
  readonly memory: number | null;
  /** Steps that were taken. */
  readonly steps: number;
}

export interface MeasureOptions {
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** Steps' worth of rows that are prepared; at least so many rows. */
const SAMPLED = { steps: 4, rows: 64 } as const;
/** Steps of a stretch that is timed as one. */
const STRETCH = 4;
/** Enough is measured after so many stretches and seconds, and in any case after so many more of either. */
const ENOUGH = { stretches: 3, seconds: 2, mostStretches: 24, mostSeconds: 10 } as const;

/** Prepares some rows in memory and takes a few steps. Throws what training throws, as far as it comes by then. */
export async function measure(host: Host, setup: Setup, options: MeasureOptions): Promise<Forecast> {
  const { manifest, parts, backend, start, split } = setup;
  const given = { manifest, parts, backend: backend.use, start: start?.weights ?? {} };
  const planned = planTraining(given, split.train.length, 'float32');
  const course = firstCourse(manifest.training, planned.size.perEpoch);
  const program = planned.program(course);
  const frozen = program.frozenValues(firstValues(manifest));
  const sample = await openSample(setup, planned.size, options);
  try {
    const features = await openFeatures(sample, planned.features, { ...options, backend: backend.use, frozen });
    try {
      const trial: Trial = {
        ...planned,
        ...options,
        setup,
        course,
        program,
        frozen,
        sample,
        features: features.opened,
      };
      const { state, ...timed } = await timeSteps(trial);
      const validated = setup.decides ? await timeValidation(trial, state) : 0;
      const prepare = sample.seconds * sample.of + features.seconds * setup.tables.train.table.rows.length;
      return forecastOf(trial, { ...timed, prepare, validated, memory: host.peakMemory() });
    } finally {
      await features.opened?.dispose();
    }
  } finally {
    await sample.samples.dataset.dispose();
  }
}

interface Sample {
  readonly samples: Samples;
  /** Of preparing a value, on average, and how many there are in all tables. */
  readonly seconds: number;
  readonly of: number;
}

interface Trial extends MeasureOptions {
  readonly setup: Setup;
  readonly course: Course;
  readonly program: TrainingProgram;
  readonly size: StepSize;
  readonly loop: boolean;
  readonly frozen: Tensors;
  readonly sample: Sample;
  readonly features: TrainingFeatures | null;
}

/** Some rows that are trained on, drawn by the seed, prepared anew. */
async function openSample(setup: Setup, size: StepSize, options: MeasureOptions): Promise<Sample> {
  const { tables, columns, split, manifest } = setup;
  const { table } = tables.train;
  const count = Math.max(SAMPLED.steps * size.batchSize * size.accumulate, SAMPLED.rows);
  const order = permutation(split.train.length, createRandom(manifest.training.seed, 'forecast')).slice(0, count);
  const rows = Array.from(order, (position) => {
    const row = required(split.train[position], 'a row that is trained on');
    return required(table.rows[row], `row ${row}`);
  });
  const open = tables.train.withRows(rows);
  const start = performance.now();
  const dataset = await Dataset.open(open, columns, { ...options, cache: new Cache(memoryStore()) });
  const seconds = (performance.now() - start) / 1000;
  const valuesOf = async (one: OpenTable): Promise<number> => {
    const counts = await Promise.all(columns.map(async (column) => (await one.values(column)).cells.length));
    return counts.reduce((sum, values) => sum + values, 0);
  };
  const all = await Promise.all(Object.values<OpenTable>({ ...tables }).map(valuesOf));
  return {
    samples: dataset.everything,
    seconds: seconds / Math.max(1, await valuesOf(open)),
    of: all.reduce((sum, values) => sum + values, 0),
  };
}

/** What the frozen part makes of the sample, and the seconds of a row. */
async function openFeatures(
  { samples }: Sample,
  plan: FeaturePlan | null,
  options: MeasureOptions & { readonly backend: Backend; readonly frozen: Tensors },
): Promise<{ readonly opened: TrainingFeatures | null; readonly seconds: number }> {
  if (!plan) return { opened: null, seconds: 0 };
  const start = performance.now();
  const opened = await openTrainingFeatures({ train: samples }, { ...options, plan, cache: new Cache(memoryStore()) });
  return { opened, seconds: (performance.now() - start) / 1000 / samples.rows.length };
}

interface Timed {
  /** Of a step, in each stretch. */
  readonly seconds: readonly number[];
  readonly steps: number;
}

/** Times some stretches, and gives the state after the last, too. */
async function timeSteps(trial: Trial): Promise<Timed & { readonly state: Tensors }> {
  const { setup, program, frozen } = trial;
  const { use } = setup.backend;
  const session = await use.load(program.model, { isolate: true, carried: carriedState(program) });
  try {
    const state = program.initialState(firstValues(setup.manifest));
    const stepper = new Stepper({ program, session, frozen, state });
    const timed = await stretches(stepper, trial);
    return { ...timed, state: await stepper.state() };
  } finally {
    await session.dispose();
  }
}

async function stretches(stepper: Stepper, trial: Trial): Promise<Timed> {
  const { setup, course, sample, onProgress, signal } = trial;
  const { seed, mix } = setup.manifest.training;
  const blend = blendAfter([], setup.manifest, setup.parts);
  const random = createRandom(seed, 'forecast');
  const seconds: number[] = [];
  let [total, done, start] = [0, 0, performance.now()];
  for (let epoch = 0; ; epoch++) {
    for await (const chunk of epochChunks({ ...trial, ...sample.samples, epoch, firstStep: 0, mix, blend, random })) {
      for (let first = 0; first < chunk.steps;) {
        signal?.throwIfAborted();
        // In the first step the engine warms up: it is not counted.
        const part = partOf(chunk, first, done === 0 ? 1 : Math.min(STRETCH, chunk.steps - first));
        const clock = Array.from({ length: part.steps }, (_, index) => done + index + 1);
        await stepper.take(part, course.paced ? clock : undefined);
        const now = performance.now();
        if (done > 0) seconds.push((now - start) / 1000 / part.steps);
        total += (now - start) / 1000;
        [first, done, start] = [first + part.steps, done + part.steps, now];
        onProgress?.({ phase: 'measure', done: Math.min(total, ENOUGH.seconds), total: ENOUGH.seconds });
        if (isEnough(seconds.length, total)) return { seconds, steps: done };
      }
    }
  }
}

const isEnough = (measured: number, seconds: number): boolean =>
  measured > 0 &&
  ((measured >= ENOUGH.stretches && seconds >= ENOUGH.seconds) ||
    measured >= ENOUGH.mostStretches ||
    seconds >= ENOUGH.mostSeconds);

/** Seconds of validating a row. */
async function timeValidation(trial: Trial, state: Tensors): Promise<number> {
  const { setup, program, sample, onProgress: _, ...others } = trial;
  const { manifest, parts, start, backend } = setup;
  const { samples } = sample;
  const decides = required(setup.decides, 'what decides');
  const weights = start?.weights ?? {};
  const options = { ...others, manifest, parts, start: weights, samples, decides, backend: backend.use };
  const validation = await Validation.open(options);
  try {
    const changed = { ...trainedOf(program, state), ...pick(state, program.followers) };
    const begin = performance.now();
    await validation.run(changed, 0);
    return (performance.now() - begin) / 1000 / samples.rows.length;
  } finally {
    await validation.dispose();
  }
}

interface Measured extends Timed, Pick<Forecast, 'prepare' | 'memory'> {
  /** Of validating a row. */
  readonly validated: number;
}

function forecastOf({ setup, size }: Trial, measured: Measured): Forecast {
  const { prepare, seconds, steps, validated, memory } = measured;
  const { manifest, tables, split } = setup;
  const { epochs, minutes, learningRate } = manifest.training;
  const held = tables.validation ? tables.validation.table.rows.length : split.held.length;
  const tested = learningRate === 'auto' ? SWEEP.steps : 0;
  const limit = minutes === null ? Infinity : 60 * minutes;
  const step = spread(seconds);
  const epoch = map(step, (one) => one * size.perEpoch + validated * held);
  const all = map(epoch, (one, name) => prepare + step[name] * tested + Math.min(one * epochs, limit));
  return { prepare, step, epoch, all, memory, steps };
}

/** Without the fastest and slowest tenth. */
function spread(values: readonly number[]): Duration {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => required(sorted[Math.round(share * (sorted.length - 1))], 'a stretch of steps');
  return { low: at(0.1), usual: at(0.5), high: at(0.9) };
}

const map = (duration: Duration, change: (value: number, name: keyof Duration) => number): Duration => ({
  low: change(duration.low, 'low'),
  usual: change(duration.usual, 'usual'),
  high: change(duration.high, 'high'),
});
