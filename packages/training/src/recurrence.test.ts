import type { Scope, SymbolicTensor } from '@sensorium/contracts';
import { expect, it } from 'vitest';
import { gradients, glorot, createScope, input, square, lstm, mean } from '@sensorium/graph';
import { schedule, sgd } from './index.js';
import { evaluate, numbers, withSession, relativeError, spreadTensor, testRandom } from '@sensorium/graph/testing';
import { trainingProgram } from './program.js';
import { makeTensor } from '@sensorium/tensors';

const [STEPS, BATCH, WIDTH] = [5, 2, 3];

const lossOf = (scope: Scope, x: SymbolicTensor): SymbolicTensor => {
  const weight = scope.parameter('weight', [2, 4 * WIDTH, WIDTH], glorot);
  const recurrence = scope.parameter('recurrence', [2, 4 * WIDTH, WIDTH], glorot);
  return mean(square(lstm(x, weight, recurrence, { direction: 'bidirectional' }).hidden));
};

it('is trained inside the loop of a training program as outside of it', async () => {
  const shape = [STEPS, BATCH, WIDTH];
  const program = trainingProgram({
    batch: { x: { dtype: 'float32', shape } },
    build: (scope, { x }) => ({ loss: lossOf(scope, x!) }),
    optimizer: sgd({ momentum: 0 }),
    learningRate: 1,
    steps: 10,
    schedule: schedule({ shape: 'constant', steps: 1, warmup: 0 }),
    clip: null,
  });
  const scope = createScope();
  const loss = lossOf(scope, input('x', 'float32', shape));
  const names = scope.parameters.map(({ name }) => name);
  const grads = gradients(
    loss,
    scope.parameters.map(({ symbol }) => symbol),
  );
  const data = spreadTensor('float32', [2, ...shape], 1);
  let parameters = program.initialState(testRandom(1));
  const initial = parameters;
  for (const step of [0, 1]) {
    const size = data.data.length / 2;
    const x = makeTensor('float32', shape, numbers(data).slice(step * size, (step + 1) * size));
    const weights = Object.fromEntries(names.map((name) => [name, parameters[name]!]));
    const outputs = Object.fromEntries(names.map((name, index) => [`gradient/${name}`, grads[index]!]));
    const results = await evaluate(outputs, { x }, weights);
    parameters = Object.fromEntries(
      names.map((name) => {
        const moved = numbers(parameters[name]).map((value, at) => value - numbers(results[`gradient/${name}`])[at]!);
        return [name, makeTensor('float32', parameters[name]!.shape, moved)];
      }),
    );
  }
  const trained = await withSession(program.model, (session) =>
    session.run({ ...initial, x: data, steps: makeTensor('int64', [], [2]) }),
  );
  for (const name of names) {
    expect(relativeError(numbers(trained[`next/${name}`]), numbers(parameters[name]))).toBeLessThan(1e-6);
    expect(relativeError(numbers(trained[`next/${name}`]), numbers(initial[name]))).toBeGreaterThan(1e-3);
  }
});
