import { cpu } from '@sensorium/backend-node';
import type { Random, Tensor, Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { stack } from '@sensorium/tensors';
import { adamw, schedule, trainingProgram, type Noise, type TrainingProgram } from '@sensorium/training';
import type { TrainedModule } from './graph/module.js';
import { mapRecord } from './records.js';
import { numbersOf, tensorOf } from './tensors.js';

const STEPS = 40;
const LEARNING_RATE = 0.03;

/** The loss before each step of a short training over one batch. */
export async function trainingLosses(module: TrainedModule): Promise<number[]> {
  const program = trainingProgram({
    batch: module.samples,
    build: (scope, x) => ({ loss: module.loss(module.build(scope, x)) }),
    optimizer: adamw({ weightDecay: 0 }),
    learningRate: LEARNING_RATE,
    schedule: schedule({ shape: 'constant', steps: STEPS, warmup: 0 }),
    clip: null,
    steps: STEPS,
  });
  const session = await cpu.load(program.model, { threads: 1 });
  try {
    const outputs = await session.run(trainingFeeds(program, module.samples, STEPS), { outputs: ['loss'] });
    return numbersOf(tensorOf(outputs, 'loss'));
  } finally {
    await session.dispose();
  }
}

/** What a training program needs to run so many steps over the same batch, with the same random numbers. */
export function trainingFeeds(program: TrainingProgram, batch: Tensors, steps: number): Tensors {
  const random = createRandom(1, 'training');
  const noise = program.noise.map((one) => [one.name, noiseOf(one, random.fork(one.name))] as const);
  return {
    steps: { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(steps)) },
    ...program.initialState(random.fork('weights')),
    ...everyStep({ ...batch, ...Object.fromEntries(noise) }, steps),
  };
}

function noiseOf({ kind, shape }: Noise, random: Random): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return kind === 'uniform'
    ? { dtype: 'uint8', shape, data: random.bytes(size) }
    : { dtype: 'float32', shape, data: Float32Array.from({ length: size }, () => random.normal()) };
}

/** The same batch at every step: [steps,batch,…]. */
function everyStep(samples: Tensors, steps: number): Record<string, Tensor> {
  const step = mapRecord(samples, (tensor) => ({ ...tensor, shape: [1, ...tensor.shape] }));
  return stack(Array<Tensors>(steps).fill(step));
}
