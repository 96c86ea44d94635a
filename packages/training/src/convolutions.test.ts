import { cpu, webgpu } from '@sensorium/backend-node';
import { wasm } from '@sensorium/backend-web';
import type { Backend, Tensors } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { numbers, relativeError, spreadTensor, testRandom } from '@sensorium/graph/testing';
import { makeTensor } from '@sensorium/tensors';
import { expect, it } from 'vitest';
import { adamw, schedule, trainingProgram, type TrainingProgram } from './index.js';

const steps = 3;
const images = [32, 3, 8, 8];

const program = (products: boolean): TrainingProgram =>
  trainingProgram({
    batch: { x: { dtype: 'float32', shape: images } },
    build(scope, { x }) {
      const first = g.relu(g.convolution(scope.at('first'), x!, 6, { stride: 2 }));
      const second = g.relu(g.convolution(scope.at('second'), first, 8, { stride: 2 }));
      return { loss: g.mean(g.square(g.sub(g.linear(scope.at('head'), g.globalAveragePool(second), 2), 1))) };
    },
    optimizer: adamw(),
    learningRate: 0.01,
    steps,
    schedule: schedule({ shape: 'constant', steps, warmup: 0 }),
    clip: 1,
    products,
  });

async function train(own: TrainingProgram, backend: Backend): Promise<Tensors> {
  const session = await backend.load(own.model);
  try {
    return await session.run({
      ...own.initialState(testRandom(1)),
      steps: makeTensor('int64', [], [steps]),
      x: spreadTensor('float32', [steps, ...images], 1),
    });
  } finally {
    await session.dispose();
  }
}

it.for([
  ['cpu', cpu, 1e-5],
  ['wasm', wasm, 1e-5],
  ['webgpu', webgpu, 1e-3],
] as const)('convolutions that are products learn the same on %s', async ([, backend, tolerance], { skip }) => {
  const availability = await backend.available();
  if (!availability.available) return skip(availability.reason);
  const expected = await train(program(false), cpu);
  const found = await train(program(true), backend);
  for (const [name, tensor] of Object.entries(expected)) {
    expect(relativeError(numbers(found[name]), numbers(tensor)), name).toBeLessThan(tolerance);
  }
});
