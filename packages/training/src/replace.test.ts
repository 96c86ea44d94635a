import type { Scope, SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { evaluate, numbers, relativeError, spreadTensor, testRandom } from '@sensorium/graph/testing';
import { makeTensor } from '@sensorium/tensors';
import { expect, it } from 'vitest';
import { adamw, schedule, trainingProgram, type TrainingOptions } from './index.js';
import { train } from './testing/train.js';

const [steps, batch] = [4, 6];
const x = spreadTensor('float32', [steps, batch, 3], 1);

/** A frozen layer, then two that standardize by their batch: one learns its statistics, one has them frozen. */
function network(scope: Scope, rows: SymbolicTensor) {
  const features = g.tanh(g.linear(scope.at('frozen'), rows, 5));
  const first = g.batchNorm(scope.at('first'), features);
  const second = g.batchNorm(scope.at('second'), g.linear(scope.at('between'), first, 4));
  scope.loss('activity', g.mean(g.square(first)));
  return { features, loss: g.mean(g.square(g.sub(g.linear(scope.at('last'), second, 1), 1))) };
}

const program = (shape: readonly number[], build: TrainingOptions['build']) =>
  trainingProgram({
    batch: { x: { dtype: 'float32', shape } },
    build,
    optimizer: adamw(),
    learningRate: 0.01,
    steps,
    schedule: schedule({ shape: 'cosine', steps, warmup: 1 }),
    clip: 1,
    tune: (all) =>
      all.map(({ name }) => (/^(frozen|second)/.test(name) ? { mode: 'frozen' } : { mode: 'full', rate: 1 })),
  });

it('a program over features that were computed before trains like one that computes them', async () => {
  const whole = program([batch, 3], (scope, { x: rows }) => network(scope, rows!));
  const rest = program([batch, 5], (scope, { x: kept }) => {
    const { loss, features } = network(scope, g.input('rows', 'float32', [batch, 3]));
    return { loss, replace: (values) => g.replaceValues(values, [features], [kept!]) };
  });
  expect(rest.frozen.filter((name) => name.startsWith('frozen'))).toEqual([]);
  expect(rest.state).toEqual(whole.state);
  const scope = g.createScope();
  const { features } = network(scope, g.input('rows', 'float32', ['n', 3]));
  const { kept } = await evaluate(
    { kept: features },
    { rows: makeTensor('float32', [steps * batch, 3], numbers(x)) },
    whole.frozenValues(testRandom(1)),
  );
  const expected = await train(whole, { x }, [steps]);
  const found = await train(rest, { x: makeTensor('float32', [steps, batch, 5], numbers(kept)) }, [steps]);
  for (const [name, values] of Object.entries(expected.reports)) {
    expect(relativeError(found.reports[name]!, values), name).toBeLessThan(1e-5);
  }
  for (const [name, tensor] of Object.entries(expected.state)) {
    expect(relativeError(numbers(found.state[name]), numbers(tensor)), name).toBeLessThan(1e-4);
  }
});
