import { webgpu } from '@sensorium/backend-node';
import { wasm } from '@sensorium/backend-web';
import type { Scope, SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { numbers, relativeError, spreadTensor, testRandom, withSession } from '@sensorium/graph/testing';
import { makeTensor } from '@sensorium/tensors';
import { describe, expect, it } from 'vitest';
import { schedule, sgd, trainingProgram } from './index.js';

const steps = 4;

function network(scope: Scope, x: SymbolicTensor): SymbolicTensor {
  const hidden = g.tanh(g.linear(scope.at('hidden'), x, 300));
  return g.linear(scope.at('last'), g.batchNorm(scope.at('norm'), hidden), 3);
}

/** A teacher that follows ever more slowly, running statistics, noise of both kinds, and a loss of a part's own. */
const program = (loop: boolean) =>
  trainingProgram({
    batch: { x: { dtype: 'float32', shape: [8, 5] } },
    build(scope, { x }) {
      const noisy = g.add(x!, g.mul(g.add(scope.random([8, 5], 'normal'), scope.random([8, 5])), 0.1));
      const student = network(scope, noisy);
      const teacher = network(scope.follower(g.add(g.mul(scope.progress, 0.4), 0.5)), x!);
      scope.loss('size', g.mean(g.square(student)));
      return { loss: g.mean(g.square(g.sub(g.sub(student, teacher), 1))) };
    },
    optimizer: sgd(),
    learningRate: 0.05,
    steps,
    schedule: schedule({ shape: 'cosine', steps, warmup: 1 }),
    clip: 1,
    loop,
  });

describe.each([
  ['wasm', wasm, 1e-5],
  ['webgpu', webgpu, 1e-3],
] as const)('a training with all that scopes offer, on %s', (_, backend, tolerance) => {
  it.for([true, false])('gives the numbers of cpu; in a Loop: %s', async (loop, { skip }) => {
    const availability = await backend.available();
    if (!availability.available) return skip(availability.reason);
    const own = program(loop);
    const count = loop ? steps : 1;
    const inputs = {
      ...own.initialState(testRandom(1)),
      steps: makeTensor('int64', [], [count]),
      x: spreadTensor('float32', [count, 8, 5], 1),
      'noise/0': spreadTensor('float32', [count, 8, 5], 2),
      'noise/1': spreadTensor('uint8', [count, 8, 5], 3, 0, 256),
    };
    const expected = await withSession(own.model, (session) => session.run(inputs));
    const session = await backend.load(own.model);
    const found = await session.run(inputs);
    await session.dispose();
    for (const [name, tensor] of Object.entries(expected)) {
      expect(relativeError(numbers(found[name]), numbers(tensor)), name).toBeLessThan(tolerance);
    }
  });
});
