import { cpu } from '@sensorium/backend-node';
import type { Model, Symbols, SymbolicTensor, Tensor, Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { mean, type RootScope } from '@sensorium/graph';
import { stack } from '@sensorium/tensors';
import { adamw, schedule, trainingProgram } from '@sensorium/training';

/** The model of a head that reads one input, of which only the features exist. */
export function modelOf({ tokens, mask, present }: Symbols): Model {
  const refuse = (): never => {
    throw new Error('there is no encoder');
  };
  const features = { tokens: tokens!, mask: mask!, present: present!, pooled: mean(tokens!, [1]) };
  return { features: { row: features }, inputs: ['row'], input: refuse, encode: refuse, fuse: refuse };
}

export interface Lesson {
  readonly steps: number;
  readonly learningRate: number;
  /** What one step sees: [B,…] each. */
  readonly batch: () => Tensors;
  readonly loss: (scope: RootScope, batch: Symbols) => SymbolicTensor;
}

/** Weights by their names. */
export async function train({ steps, learningRate, batch, loss }: Lesson): Promise<Record<string, Tensor>> {
  const batches = Array.from({ length: steps }, batch);
  const program = trainingProgram({
    batch: batches[0]!,
    build: (scope, x) => ({ loss: loss(scope, x) }),
    optimizer: adamw({ weightDecay: 0 }),
    learningRate,
    schedule: schedule({ shape: 'cosine', steps, warmup: steps / 10 }),
    clip: 1,
    steps,
  });
  const session = await cpu.load(program.model);
  try {
    const state = await session.run({
      ...program.initialState(createRandom(1)),
      ...stack(batches.map(asStep)),
      steps: { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(steps)) },
    });
    return Object.fromEntries(program.trained.map((name) => [name, state[`next/${name}`]!]));
  } finally {
    await session.dispose();
  }
}

/** [B,…] → [1,B,…] */
const asStep = (batch: Tensors): Tensors =>
  Object.fromEntries(Object.entries(batch).map(([name, tensor]) => [name, { ...tensor, shape: [1, ...tensor.shape] }]));
