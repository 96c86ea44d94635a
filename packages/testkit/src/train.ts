import { cpu } from '@sensorium/backend-node';
import type { Tensor, Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { stack } from '@sensorium/tensors';
import { adamw, schedule, trainingProgram, type TrainingProgram } from '@sensorium/training';
import { mapEntries, type GraphModule } from './graph-module.js';

const STEPS = 40;
const LEARNING_RATE = 0.03;

/** The loss before each step of a short training over one batch. */
export async function trainingLosses(module: GraphModule): Promise<number[]> {
  const program = trainingProgram({
    batch: module.samples,
    build: (scope, x) => ({ loss: module.loss(module.build(scope.at('module'), x), x) }),
    optimizer: adamw({ weightDecay: 0 }),
    learningRate: LEARNING_RATE,
    schedule: schedule({ shape: 'constant', steps: STEPS, warmup: 0 }),
    clip: null,
  });
  const session = await cpu.load(program.model, { threads: 1 });
  try {
    const { loss } = await session.run(trainingFeeds(program, module.samples, STEPS), { outputs: ['loss'] });
    return Array.from(loss?.data ?? [], Number);
  } finally {
    await session.dispose();
  }
}

/** What a training program needs to run so many steps over the same batch. */
export function trainingFeeds(program: TrainingProgram, batch: Tensors, steps: number): Tensors {
  const random = createRandom(1, 'training');
  const noise = program.noise.map(({ name, shape }) => {
    const full = [steps, ...shape];
    const data = random.fork(name).bytes(full.reduce((a, b) => a * b, 1));
    return [name, { dtype: 'uint8', shape: full, data }] as const;
  });
  return {
    steps: { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(steps)) },
    ...program.initialState(random.fork('weights')),
    ...everyStep(batch, steps),
    ...Object.fromEntries(noise),
  };
}

/** The same batch at every step: [steps,batch,…]. */
function everyStep(samples: Tensors, steps: number): Record<string, Tensor> {
  const step = mapEntries(samples, (tensor) => ({ ...tensor, shape: [1, ...tensor.shape] }));
  return stack(Array<Tensors>(steps).fill(step));
}
