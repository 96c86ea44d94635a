import type { Scope, SymbolicTensor, Tensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { evaluate, numbers, range, relativeError, spreadTensor, testRandom, total } from '@sensorium/graph/testing';
import { makeTensor } from '@sensorium/tensors';
import { describe, expect, it } from 'vitest';
import {
  adamw,
  schedule,
  sgd,
  trainingProgram,
  type TrainingOptions,
  type TrainingProgram,
  type Tuning,
} from './index.js';
import { train } from './testing/train.js';

const steps = 6;
const constant = schedule({ shape: 'constant', steps: 1, warmup: 0 });
const full: Tuning = { mode: 'full', rate: 1 };

const program = (build: TrainingOptions['build'], shape: readonly number[], options: Partial<TrainingOptions> = {}) =>
  trainingProgram({
    batch: { x: { dtype: 'float32', shape } },
    build,
    optimizer: sgd({ momentum: 0 }),
    learningRate: 0.1,
    steps,
    schedule: constant,
    clip: null,
    ...options,
  });

describe('a follower', () => {
  const x = spreadTensor('float32', [steps, 1], 3, 0.5, 1.5);
  const start = { weight: makeTensor('float32', [1], [2]) };

  /** (w·x − f·x/2 − 1)², whose slope by w is 2 (w·x − f·x/2 − 1) x: f has none. */
  const pair =
    (momentum: (scope: Scope) => number | SymbolicTensor): TrainingOptions['build'] =>
    (scope, { x: batch }) => {
      const [student, teacher] = [scope, scope.follower(momentum(scope))].map((one) =>
        g.mul(batch!, one.parameter('weight', [1], g.ones)),
      );
      return { loss: g.mean(g.square(g.sub(g.sub(student!, g.mul(teacher!, 0.5)), 1))) };
    };

  /** The same in numbers. */
  function expected(momentumAt: (progress: number) => number): { weight: number; follower: number } {
    let [weight, follower] = [2, 2];
    for (const [step, value] of numbers(x).entries()) {
      weight -= 0.1 * 2 * (weight * value - (follower * value) / 2 - 1) * value;
      const momentum = momentumAt(step / steps);
      follower = momentum * follower + (1 - momentum) * weight;
    }
    return { weight, follower };
  }

  const outcomeOf = async (own: TrainingProgram, chunks: readonly number[]) => (await train(own, { x }, chunks)).state;

  it('starts equal, has no gradient, and moves a share of the way to what it follows after each step', async () => {
    const own = program(
      pair(() => 0.8),
      [1],
      { start },
    );
    expect([own.trained, own.followers, own.state]).toEqual([
      ['weight'],
      ['weight:follower'],
      ['step', 'weight', 'weight:velocity', 'weight:follower'],
    ]);
    expect(own.initialState(testRandom(1))['weight:follower']).toEqual(start.weight);
    const state = await outcomeOf(own, [steps]);
    const { weight, follower } = expected(() => 0.8);
    expect(numbers(state['weight'])[0]).toBeCloseTo(weight, 5);
    expect(numbers(state['weight:follower'])[0]).toBeCloseTo(follower, 5);
  });

  it('may follow more slowly as training proceeds', async () => {
    const own = program(
      pair(({ progress }) => g.add(g.mul(progress, 0.5), 0.5)),
      [1],
      { start },
    );
    const state = await outcomeOf(own, [2, 4]);
    const { weight, follower } = expected((progress) => 0.5 + 0.5 * progress);
    expect(numbers(state['weight'])[0]).toBeCloseTo(weight, 5);
    expect(numbers(state['weight:follower'])[0]).toBeCloseTo(follower, 5);
  });

  it('is a teacher for each momentum, and the same one for the same', () => {
    const scope = g.createScope({ mode: 'training' });
    scope.at('part').parameter('weight', [2], g.ones);
    const teachers = [0.9, 0.99, 0.9].map((momentum) =>
      scope.follower(momentum).at('part').parameter('weight', [2], g.ones),
    );
    expect(scope.followers.map(({ name }) => name)).toEqual(['part/weight:follower', 'part/weight:follower2']);
    expect(teachers[2]).toBe(teachers[0]);
    expect(scope.parameters.map(({ name }) => name)).toEqual(['part/weight']);
  });
});

/** A network with weights, small ones that lie packed together, a large one that lies alone, and running statistics. */
function network(scope: Scope, x: SymbolicTensor): SymbolicTensor {
  const wide = g.linear(scope.at('wide'), x, 300);
  const narrow = g.linear(scope.at('narrow'), g.linear(scope.at('large'), g.tanh(wide), 120), 3);
  return g.batchNorm(scope.at('norm'), narrow);
}

const distilled: TrainingOptions['build'] = (scope, { x }) => {
  const student = network(scope, x!);
  const teacher = network(scope.follower(0.75), x!);
  return { loss: g.mean(g.square(g.sub(g.sub(student, teacher), 1))) };
};

describe('the followers of a network', () => {
  const x = spreadTensor('float32', [steps, 4, 5], 1);
  const distill = (options: Partial<TrainingOptions> = {}) =>
    program(distilled, [4, 5], { optimizer: adamw(), learningRate: 0.01, clip: 1, ...options });
  const tuned = (modeOf: (name: string) => Tuning) => distill({ tune: (all) => all.map(({ name }) => modeOf(name)) });

  it('follow every parameter and every running statistic', async () => {
    const own = distill();
    const { parameters, followers } = own;
    expect(followers).toEqual(parameters.map(({ name }) => `${name}:follower`));
    const states = await Promise.all(range(steps).map(async (count) => (await train(own, { x }, [count + 1])).state));
    const first = own.initialState(testRandom(1));
    for (const { name } of parameters) {
      let follower = numbers(first[name]);
      for (const state of states) {
        const next = numbers(state[name]);
        follower = follower.map((value, at) => 0.75 * value + 0.25 * next[at]!);
      }
      expect(relativeError(numbers(states.at(-1)![`${name}:follower`]), follower), name).toBeLessThan(1e-5);
      expect(relativeError(numbers(states.at(-1)![name]), numbers(first[name])), name).toBeGreaterThan(1e-4);
    }
  });

  it('give the same bits however steps are cut into programs, and the same numbers without Loop', async () => {
    const whole = await train(distill(), { x }, [steps]);
    expect(await train(distill(), { x }, [1, 2, 3])).toEqual(whole);
    const single = await train(
      distill({ loop: false }),
      { x },
      range(steps).map(() => 1),
    );
    for (const [name, tensor] of Object.entries(whole.state)) {
      expect(relativeError(numbers(single.state[name]), numbers(tensor)), name).toBeLessThan(1e-5);
    }
  });

  it('of what is frozen are the frozen parameters themselves', async () => {
    const own = tuned((name) => (/^(large|norm)/.test(name) ? { mode: 'frozen' } : full));
    expect(own.followers).toEqual(
      ['wide', 'narrow'].flatMap((layer) => [`${layer}/weight:follower`, `${layer}/bias:follower`]),
    );
    const { reports } = await train(own, { x }, [1]);
    // Both networks are equal before the first step, in their frozen statistics too.
    expect(reports['loss']).toEqual([1]);
    expect(reports['gradientNorm']![0]).toBeGreaterThan(0.01);
  });

  it('of what has adapters follow both together', async () => {
    const lora: Tuning = { mode: 'lora', rank: 2, alpha: 4, rate: 1 };
    const own = tuned((name) => (name === 'wide/weight' || name === 'large/weight' ? lora : { mode: 'frozen' }));
    expect(own.followers).toEqual(['wide/weight:follower', 'large/weight:follower']);
    const frozen = own.frozenValues(testRandom(1));
    const mergedAfter = async (count: number): Promise<Record<string, number[]>> => {
      const { state } = await train(own, { x }, [count]);
      return Object.fromEntries(
        ['wide/weight', 'large/weight'].map((name) => {
          const [down, up] = [state[`${name}/lora-down`]!, state[`${name}/lora-up`]!];
          const added = product(down, up);
          return [name, numbers(frozen[name]).map((weight, at) => weight + 2 * added[at]!)];
        }),
      );
    };
    const merged = await Promise.all(range(steps).map((count) => mergedAfter(count + 1)));
    const { state } = await train(own, { x }, [steps]);
    for (const name of ['wide/weight', 'large/weight']) {
      const follower = merged.reduce(
        (values, next) => values.map((value, at) => 0.75 * value + 0.25 * next[name]![at]!),
        numbers(frozen[name]),
      );
      expect(relativeError(numbers(state[`${name}:follower`]), follower), name).toBeLessThan(1e-5);
      expect(relativeError(follower, numbers(frozen[name])), name).toBeGreaterThan(1e-4);
    }
  });

  it('are what a scope of held-out samples reads', async () => {
    const own = distill();
    const { state } = await train(own, { x }, [steps]);
    const scope = g.createScope();
    const { loss } = distilled(scope, { x: g.input('x', 'float32', [4, 5]) });
    const names = [...scope.parameters, ...scope.followers].map(({ name }) => name);
    const weights = Object.fromEntries(names.map((name) => [name, state[name]!]));
    const batch = spreadTensor('float32', [4, 5], 9);
    const { loss: heldOut } = await evaluate({ loss }, { x: batch }, weights);
    const same = Object.fromEntries(names.map((name) => [name, state[name.replace(':follower', '')]!]));
    expect(numbers((await evaluate({ loss }, { x: batch }, same))['loss'])).toEqual([1]);
    expect(numbers(heldOut)[0]).not.toBeCloseTo(1, 3);
  });
});

/** The product of two matrices, row by row. */
function product(down: Tensor, up: Tensor): number[] {
  const [[rows, rank], [, columns]] = [down.shape, up.shape] as [[number, number], [number, number]];
  const [a, b] = [numbers(down), numbers(up)];
  return range(rows).flatMap((row) =>
    range(columns).map((column) => total(range(rank).map((k) => a[row * rank + k]! * b[k * columns + column]!))),
  );
}

it('what a frozen parameter follows is not swapped for it', async () => {
  const own = program(
    (scope, { x }) => {
      const student = scope.parameter('student', [1], g.ones);
      const teacher = scope.parameter('teacher', [1], g.zeros, { follows: { of: student, momentum: 0.9 } });
      return { loss: g.sum(g.square(g.sub(g.mul(student, x!), teacher))) };
    },
    [1],
    { tune: (all) => all.map(({ name }) => (name === 'teacher' ? { mode: 'frozen' } : full)) },
  );
  const { reports } = await train(own, { x: makeTensor('float32', [1, 1], [3]) }, [1]);
  // (3 − 0)², and its slope 2 · 3 · 3.
  expect(reports['loss']).toEqual([9]);
  expect(reports['gradientNorm']).toEqual([18]);
});

it('a shared layer follows the mean of the batches of all its uses', async () => {
  const own = program(
    (scope, { x }) => {
      const [left, right] = [g.batchNorm(scope, x!), g.batchNorm(scope.shared(), g.add(x!, 4))];
      return { loss: g.mean(g.square(g.sub(left, right))) };
    },
    [2, 1],
  );
  expect(own.following).toEqual(['mean', 'variance']);
  const { state } = await train(own, { x: makeTensor('float32', [1, 2, 1], [1, 3]) }, [1]);
  // Means 2 and 6, from 0 on; variances 1 and 1, from 1 on.
  expect(numbers(state['mean'])[0]).toBeCloseTo(0.1 * 4, 6);
  expect(numbers(state['variance'])[0]).toBeCloseTo(1, 6);
});
