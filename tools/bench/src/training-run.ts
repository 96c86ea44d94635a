import type { Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { createScope, gradients, slice, toOnnx } from '@sensorium/graph';
import { schedule, trainingProgram } from '@sensorium/training';
import { batchSymbols, onlyBatch, randomBatches } from './models/model.js';
import { classes, type TrainingModel } from './models/training-model.js';
import type { Task } from './peer.js';
import type { Job } from './time.js';

/** Some training steps of a model: for us to run, and as a task for others. */
export interface TrainingRun {
  readonly job: Job;
  /** What a session may keep from run to run: input → output. */
  readonly carried: Readonly<Record<string, string>>;
  readonly task: Task;
}

export interface RunOptions {
  /** Decides the first values. */
  readonly seed: number;
  /** Default: none */
  readonly clip?: number | null;
  /** Default: everything is kept for the way back. */
  readonly segments?: number;
  /** All steps in one run; false: one step a run, without Loop. Default true */
  readonly loop?: boolean;
}

/** As many steps as there are batches [steps,…]. */
export function trainingRun(model: TrainingModel, batches: Tensors, options: RunOptions): TrainingRun {
  const { seed, clip = null, segments, loop = true } = options;
  const { name, batch, optimizer, peerOptimizer, learningRate } = model;
  const stepsPerRun = loop ? model.stepsPerRun : 1;
  const program = trainingProgram({
    batch: { ...batch },
    build: (scope, { x, y }) => {
      if (!x || !y) throw new Error('a batch is x and y');
      return { loss: model.build(scope, { x, y }) };
    },
    optimizer,
    learningRate,
    steps: stepsPerRun,
    schedule: schedule({ shape: 'constant', steps: stepsPerRun, warmup: 0 }),
    clip,
    segments,
  });
  const state = program.initialState(createRandom(seed, 'parameters'));
  const steps = { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(stepsPerRun)) } as const;
  const names = new Set(program.parameters.map((parameter) => parameter.name));
  return {
    job: { model: program.model, feeds: { ...state, ...batches, steps } },
    carried: Object.fromEntries(program.state.map((name) => [name, `next/${name}`])),
    task: {
      model: name,
      parameters: Object.fromEntries(Object.entries(state).filter(([name]) => names.has(name))),
      batches,
      optimizer: { ...peerOptimizer, learningRate },
    },
  };
}

/** The gradients of all parameters for one batch, and no optimizer. */
export function gradientJob(model: TrainingModel, seed: number): Job {
  const scope = createScope();
  const loss = model.build(scope, batchSymbols(model));
  const symbols = scope.parameters.map(({ symbol }) => symbol);
  // Only one row of each leaves the runtime, so that no large result is copied.
  const rows = gradients(loss, symbols).map((gradient, index) => [`row/${index}`, slice(gradient, 0, 0, 1)] as const);
  const values = scope.parameters.map(({ name, shape, initialize }) => {
    return [name, { dtype: 'float32' as const, shape, data: initialize(shape, createRandom(seed, name)) }] as const;
  });
  const { x, y } = randomBatches(model, 1, seed, classes);
  return {
    model: toOnnx({ outputs: Object.fromEntries(rows) }),
    feeds: { ...Object.fromEntries(values), x: onlyBatch(x), y: onlyBatch(y) },
  };
}
