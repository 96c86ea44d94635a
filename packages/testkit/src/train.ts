import { cpu } from '@sensorium/backend-node';
import type { Tensor, Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { adamw, schedule, stack, trainingProgram } from '@sensorium/graph';
import { mapEntries, type GraphModule } from './graph-module.js';

const STEPS = 40;
const LEARNING_RATE = 0.03;

/** The loss before each step of a short training over one batch. */
export async function trainingLosses(module: GraphModule, batchSize: number): Promise<number[]> {
  const program = trainingProgram({
    batch: mapEntries(module.inputs, ({ dtype, shape }) => ({ dtype, shape: [batchSize, ...shape] })),
    build: (scope, x) => ({ loss: module.loss(module.build(scope.at('module'), x), x) }),
    optimizer: adamw({ weightDecay: 0 }),
    learningRate: LEARNING_RATE,
    schedule: schedule({ shape: 'constant', steps: STEPS, warmup: 0 }),
    clip: null,
  });
  const random = createRandom(1, 'training');
  const noise = program.noise.map(({ name, shape }) => {
    const full = [STEPS, ...shape];
    const data = random.fork(name).bytes(full.reduce((a, b) => a * b, 1));
    return [name, { dtype: 'uint8', shape: full, data }] as const;
  });
  const session = await cpu.load(program.model, { threads: 1 });
  const feeds: Tensors = {
    steps: { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(STEPS)) },
    ...program.initialState(random.fork('weights')),
    ...everyStep(module.samples),
    ...Object.fromEntries(noise),
  };
  try {
    const { loss } = await session.run(feeds, { outputs: ['loss'] });
    return Array.from(loss?.data ?? [], Number);
  } finally {
    await session.dispose();
  }
}

/** The same batch at every step: [steps,batch,…]. */
function everyStep(samples: Tensors): Record<string, Tensor> {
  const step = mapEntries(samples, (tensor) => ({ ...tensor, shape: [1, ...tensor.shape] }));
  return stack(Array<Tensors>(STEPS).fill(step));
}
