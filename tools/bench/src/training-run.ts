import type { Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { schedule, trainingProgram } from '@sensorium/graph';
import type { TrainingModel } from './models/training-model.js';
import type { Task } from './peers.js';
import type { Job } from './time.js';

/** Some training steps of a model: for us to run, and as a task for others. */
export interface TrainingRun {
  readonly job: Job;
  readonly task: Task;
}

export interface RunOptions {
  /** Decides the first values. */
  readonly seed: number;
  /** Default: none */
  readonly clip?: number | null;
  /** Default: everything is kept for the way back. */
  readonly segments?: number;
}

/** As many steps as there are batches [steps,…]. */
export function trainingRun(model: TrainingModel, batches: Tensors, options: RunOptions): TrainingRun {
  const { seed, clip = null, segments } = options;
  const { name, batch, optimizer, peerOptimizer, learningRate, stepsPerRun } = model;
  const program = trainingProgram({
    batch: { ...batch },
    build: (scope, { x, y }) => {
      if (!x || !y) throw new Error('a batch is x and y');
      return { loss: model.build(scope, { x, y }) };
    },
    optimizer,
    learningRate,
    schedule: schedule({ shape: 'constant', steps: stepsPerRun, warmup: 0 }),
    clip,
    segments,
  });
  const state = program.initialState(createRandom(seed, 'parameters'));
  const steps = { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(stepsPerRun)) } as const;
  const names = new Set(program.parameters.map((parameter) => parameter.name));
  return {
    job: { model: program.model, feeds: { ...state, ...batches, steps } },
    task: {
      model: name,
      parameters: Object.fromEntries(Object.entries(state).filter(([name]) => names.has(name))),
      batches,
      optimizer: { ...peerOptimizer, learningRate },
    },
  };
}
