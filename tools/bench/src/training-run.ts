import type { Tensor, Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { createScope, gradients, input, schedule, slice, toOnnx, trainingProgram } from '@sensorium/graph';
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

/** The gradients of all parameters for the first of the batches [steps,…], and no optimizer. */
export function gradientJob(model: TrainingModel, batches: Tensors, seed: number): Job {
  const scope = createScope();
  const [x, y] = (['x', 'y'] as const).map((name) => input(name, model.batch[name].dtype, model.batch[name].shape));
  if (!x || !y) throw new Error('a batch is x and y');
  const loss = model.build(scope, { x, y });
  const symbols = scope.parameters.map(({ symbol }) => symbol);
  // Only one row of each leaves the runtime, so that no large result is copied.
  const rows = gradients(loss, symbols).map((gradient, index) => [`row/${index}`, slice(gradient, 0, 0, 1)] as const);
  const values = scope.parameters.map(({ name, shape, initialize }) => {
    return [name, { dtype: 'float32' as const, shape, data: initialize(shape, createRandom(seed, name)) }] as const;
  });
  const first = Object.entries(batches).map(
    ([
      name,
      {
        dtype,
        shape: [, ...shape],
        data,
      },
    ]) => {
      return [
        name,
        {
          dtype,
          shape,
          data: data.slice(
            0,
            shape.reduce((a, b) => a * b, 1),
          ),
        },
      ] as const;
    },
  );
  return { model: toOnnx({ outputs: Object.fromEntries(rows) }), feeds: Object.fromEntries([...values, ...first]) };
}
