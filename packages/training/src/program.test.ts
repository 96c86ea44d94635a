import type { Random, Tensor } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { rows } from '@sensorium/tensors';
import * as g from '@sensorium/graph';
import { numbers, range, relativeError, spreadTensor, total, testRandom } from '@sensorium/graph/testing';
import { adamw, lion, sgd, schedule, trainingProgram, type TrainingOptions, type TrainingProgram } from './index.js';
import { train } from './testing/train.js';
import { makeTensor } from '@sensorium/tensors';

const constantRate = schedule({ shape: 'constant', steps: 1, warmup: 0 });

/** Σ (w·x_i + b − y_i)² / 2n, with w [2,1] that decays and b [1] that does not; batches of 3. */
const regression = (options: Partial<TrainingOptions> = {}): TrainingProgram =>
  trainingProgram({
    batch: { x: { dtype: 'float32', shape: [3, 2] }, y: { dtype: 'float32', shape: [3, 1] } },
    build(scope, { x, y }) {
      const error = g.sub(g.linear(scope, x!, 1), y!);
      return { loss: g.mean(g.mul(g.square(error), 0.5)), metrics: { largest: g.max(g.abs(error)) } };
    },
    optimizer: adamw(),
    learningRate: 0.1,
    steps: 10,
    schedule: constantRate,
    clip: null,
    ...options,
  });

function batches(steps: number): { x: Tensor; y: Tensor } {
  return { x: spreadTensor('float32', [steps, 3, 2], 1), y: spreadTensor('float32', [steps, 3, 1], 2, -5, 5) };
}

interface Model {
  w: number[];
  b: number;
}

/** The same regression in float64: loss, gradient as [w₁, w₂, b], largest error. */
function reference({ w, b }: Model, x: readonly number[], y: readonly number[]) {
  const errors = range(3).map((i) => w[0]! * x[2 * i]! + w[1]! * x[2 * i + 1]! + b - y[i]!);
  return {
    loss: total(errors.map((error) => error ** 2)) / 6,
    largest: Math.max(...errors.map(Math.abs)),
    gradient: [0, 1].map((d) => total(errors.map((error, i) => error * x[2 * i + d]!)) / 3).concat(total(errors) / 3),
  };
}

type Rule = (values: readonly number[], gradient: readonly number[], step: number) => number[];

/** Twenty steps by the program and by `rule` in float64. */
async function compare(program: TrainingProgram, rule: Rule, clip = Infinity) {
  const steps = 20;
  const data = batches(steps);
  const start = program.initialState(testRandom(1));
  let values = [...numbers(start['weight']), ...numbers(start['bias'])];
  const expected = { loss: [] as number[], gradientNorm: [] as number[], largest: [] as number[] };
  for (const step of range(steps)) {
    const [x, y] = [numbers(data.x).slice(6 * step, 6 * step + 6), numbers(data.y).slice(3 * step, 3 * step + 3)];
    const { loss, gradient, largest } = reference({ w: values.slice(0, 2), b: values[2]! }, x, y);
    const norm = Math.hypot(...gradient);
    expected.loss.push(loss);
    expected.gradientNorm.push(norm);
    expected.largest.push(largest);
    const scale = Math.min(1, clip / (norm + 1e-6));
    values = rule(
      values,
      gradient.map((d) => d * scale),
      step + 1,
    );
  }
  const { state, reports } = await train(program, data, [steps]);
  expect(numbers(state['step'])).toEqual([steps]);
  expect(relativeError([...numbers(state['weight']), ...numbers(state['bias'])], values)).toBeLessThan(2e-5);
  for (const name of ['loss', 'gradientNorm', 'largest'] as const) {
    expect(relativeError(reports[name]!, expected[name])).toBeLessThan(2e-5);
  }
}

/** Algorithm 2 of Loshchilov & Hutter 2019, with the decay scaled by the learning rate as in the usual implementations. */
function adamwRule(rate: (step: number) => number, decay: number, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8): Rule {
  const [m, v] = [
    [0, 0, 0],
    [0, 0, 0],
  ];
  return (values, gradient, step) =>
    values.map((value, i) => {
      m[i] = beta1 * m[i]! + (1 - beta1) * gradient[i]!;
      v[i] = beta2 * v[i]! + (1 - beta2) * gradient[i]! ** 2;
      const [first, second] = [m[i] / (1 - beta1 ** step), v[i] / (1 - beta2 ** step)];
      const kept = i < 2 ? value * (1 - rate(step) * decay) : value;
      return kept - (rate(step) * first) / (Math.sqrt(second) + epsilon);
    });
}

describe('optimizers', () => {
  it('AdamW is the paper’s', () =>
    compare(
      regression(),
      adamwRule(() => 0.1, 0.01),
    ));

  it('AdamW takes its options', () =>
    compare(
      regression({ optimizer: adamw({ beta1: 0.8, beta2: 0.95, epsilon: 0.1, weightDecay: 0.3 }) }),
      adamwRule(() => 0.1, 0.3, 0.8, 0.95, 0.1),
    ));

  it('AdamW follows the schedule', () =>
    compare(
      regression({ schedule: schedule({ shape: 'linear', steps: 20, warmup: 4 }) }),
      adamwRule((step) => 0.1 * Math.min(step / 4, 1) * (step < 4 ? 1 : (20 - step) / 16), 0.01),
    ));

  it('clips the global norm of the gradient', () =>
    compare(
      regression({ clip: 0.5 }),
      adamwRule(() => 0.1, 0.01),
      0.5,
    ));

  it('SGD is heavy-ball momentum with decoupled decay', () => {
    const velocity = [0, 0, 0];
    return compare(
      regression({ optimizer: sgd({ momentum: 0.7, weightDecay: 0.2 }), clip: 1 }),
      (values, gradient) =>
        values.map((value, i) => {
          velocity[i] = 0.7 * velocity[i]! + gradient[i]!;
          return (i < 2 ? value * (1 - 0.1 * 0.2) : value) - 0.1 * velocity[i];
        }),
      1,
    );
  });

  it('Lion is the paper’s', () => {
    const momentum = [0, 0, 0];
    return compare(
      regression({ optimizer: lion({ beta1: 0.8, beta2: 0.95, weightDecay: 0.2 }), learningRate: 0.01 }),
      (values, gradient) =>
        values.map((value, i) => {
          const direction = Math.sign(0.8 * momentum[i]! + 0.2 * gradient[i]!);
          momentum[i] = 0.95 * momentum[i]! + 0.05 * gradient[i]!;
          return value - 0.01 * (direction + (i < 2 ? 0.2 * value : 0));
        }),
    );
  });

  it('has learning rates and decays of single parameters, also of those that would not decay', () => {
    const groups = [
      { rate: 0.5, weightDecay: 0.3 },
      { rate: 2, weightDecay: 0.1 },
    ] as const;
    return compare(
      regression({
        optimizer: sgd({ momentum: 0, weightDecay: 0.2 }),
        tune: () => groups.map((group) => ({ mode: 'full', ...group })),
      }),
      (values, gradient) =>
        values.map((value, i) => {
          const { rate, weightDecay } = groups[i < 2 ? 0 : 1];
          return value * (1 - 0.1 * rate * weightDecay) - 0.1 * rate * gradient[i]!;
        }),
    );
  });

  it('keeps parameters from decaying whose own decay is 0', () =>
    compare(
      regression({ tune: () => [{ mode: 'full', rate: 1, weightDecay: 0 }] }),
      adamwRule(() => 0.1, 0),
    ));
});

/** A small network with dropout that tells two classes of points apart. */
const noisy = (options: Partial<TrainingOptions> = {}): TrainingProgram =>
  trainingProgram({
    batch: { x: { dtype: 'float32', shape: [16, 2] }, y: { dtype: 'int64', shape: [16] } },
    build(scope, { x, y }) {
      const hidden = g.relu(g.linear(scope.at('first'), x!, 32));
      const logits = g.linear(scope.at('second'), g.dropout(scope, hidden, 0.1), 2);
      const picked = g.mul(g.logSoftmax(logits), g.oneHot(y!, 2));
      return { loss: g.neg(g.mean(g.sum(picked, [-1]))) };
    },
    optimizer: adamw(),
    learningRate: 0.02,
    steps: 10,
    schedule: schedule({ shape: 'cosine', steps: 60, warmup: 5 }),
    clip: 1,
    ...options,
  });

/** Points inside and outside of a circle. */
function circles(steps: number, random: Random): Record<string, Tensor> {
  const points = Array.from(
    { length: steps * 16 },
    () => [random.uniform() * 2 - 1, random.uniform() * 2 - 1] as const,
  );
  return {
    x: makeTensor('float32', [steps, 16, 2], points.flat()),
    y: makeTensor(
      'int64',
      [steps, 16],
      points.map(([a, b]) => Number(Math.hypot(a, b) < 0.7)),
    ),
    'noise/0': { dtype: 'uint8', shape: [steps, 16, 32], data: random.bytes(steps * 16 * 32) },
  };
}

describe('a training program', () => {
  const program = noisy();
  const data = circles(60, testRandom(3));

  it('says what it is fed and what it gives', () => {
    expect(program.noise).toEqual([{ name: 'noise/0', kind: 'uniform', shape: [16, 32] }]);
    expect(program.reports).toEqual(['loss', 'gradientNorm', 'learningRate']);
    const names = ['first/weight', 'first/bias', 'second/weight', 'second/bias'];
    const own = names.flatMap((name) => [name, `${name}:first`, `${name}:second`]);
    expect([...program.state].sort()).toEqual(['step', ...own].sort());
    expect([...program.trained].sort()).toEqual(names.sort());
    expect(program.frozen).toEqual([]);
    expect(noisy().model).toEqual(program.model);
  });

  it('learns', async () => {
    const { reports } = await train(program, data, [60]);
    const mean = (list: readonly number[]): number => total(list) / list.length;
    expect(mean(reports['loss']!.slice(-10))).toBeLessThan(0.75 * mean(reports['loss']!.slice(0, 5)));
  });

  it('gives the same bits however its steps are cut into programs', async () => {
    const whole = await train(program, data, [60]);
    const cut = await train(program, data, [1, 1, 1, 7, 20, 30]);
    const single = await train(
      program,
      data,
      range(60).map(() => 1),
    );
    expect(cut).toEqual(whole);
    expect(single).toEqual(whole);
  });

  it('reports the learning rate of every step', async () => {
    const { reports } = await train(program, data, [60]);
    const expected = range(60).map((step) => {
      const t = step + 1;
      return 0.02 * (t < 5 ? t / 5 : (1 + Math.cos((Math.PI * (t - 5)) / 55)) / 2);
    });
    for (const [step, rate] of reports['learningRate']!.entries()) expect(rate).toBeCloseTo(expected[step]!, 7);
  });

  it('is as far as it is told to be, where it is paced', async () => {
    const paced = noisy({ paced: true });
    const clock = (values: readonly number[]) => ({
      ...rows(data, 0, values.length),
      'schedule/clock': makeTensor('float32', [values.length], values),
    });
    const own = await train(program, rows(data, 0, 20), [20]);
    expect(await train(paced, clock(range(20).map((step) => step + 1)), [20])).toEqual(own);
    const fast = clock(range(20).map((step) => 3 * (step + 1)));
    const { state, reports } = await train(paced, fast, [20]);
    expect(reports['learningRate']![9]).toBeCloseTo(
      own.reports['learningRate']![0]! * 5 * 0.5 * (1 + Math.cos((Math.PI * 25) / 55)),
      7,
    );
    expect(reports['learningRate']![19]).toBeCloseTo(0, 7);
    expect((await train(paced, fast, [1, 7, 12])).state).toEqual(state);
  });

  it('takes the same steps without Loop, one a run', async () => {
    const single = await train(
      noisy({ loop: false }),
      data,
      range(10).map(() => 1),
    );
    const looped = await train(program, rows(data, 0, 10), [10]);
    expect(relativeError(single.reports['loss']!, looped.reports['loss']!)).toBeLessThan(1e-5);
    expect(Buffer.from(noisy({ loop: false }).model).toString('latin1')).not.toContain('Loop');
  });

  it('depends on the seed, and on the noise', async () => {
    const some = { ...rows(data, 0, 5) };
    const { state } = await train(program, some, [5], 1);
    expect((await train(program, some, [5], 1)).state).toEqual(state);
    expect((await train(program, some, [5], 2)).state).not.toEqual(state);
    const silent = {
      ...some,
      'noise/0': { dtype: 'uint8', shape: [5, 16, 32], data: new Uint8Array(5 * 16 * 32) } as const,
    };
    expect((await train(program, silent, [5], 1)).state).not.toEqual(state);
  });

  it('starts each parameter from its own name alone', () => {
    const start = program.initialState(testRandom(1));
    const other = trainingProgram({
      batch: { x: { dtype: 'float32', shape: [1, 2] } },
      build: (scope, { x }) => ({
        loss: g.mean(g.linear(scope.at('first'), g.linear(scope.at('zeroth'), x!, 2), 32)),
      }),
      optimizer: sgd(),
      learningRate: 1,
      steps: 10,
      schedule: constantRate,
      clip: null,
    }).initialState(testRandom(1));
    expect(other['first/weight']).toEqual(start['first/weight']);
    expect(numbers(start['first/weight:second'])).toEqual(new Array(64).fill(0));
  });

  it('leaves a parameter alone that the loss does not depend on, except for its decay', async () => {
    const lonely = trainingProgram({
      batch: { x: { dtype: 'float32', shape: [1] } },
      build: (scope, { x }) => {
        scope.parameter('unused', [1], g.ones);
        return { loss: g.sum(g.mul(x!, scope.parameter('used', [1], g.ones))) };
      },
      optimizer: adamw(),
      learningRate: 0.1,
      steps: 10,
      schedule: constantRate,
      clip: 1,
    });
    const { state } = await train(lonely, { x: makeTensor('float32', [3, 1], [1, 2, 3]) }, [3]);
    expect(numbers(state['unused'])).toEqual([1]);
    expect(numbers(state['used'])[0]).toBeLessThan(0.8);
  });

  it.each([
    { learningRate: NaN },
    { learningRate: -1 },
    { clip: 0 },
    { clip: -1 },
    { accumulate: 1.5 },
    { accumulate: 0 },
    { average: 2 },
    { segments: 0 },
  ])('refuses %o', (options) => {
    const [[name, value] = []] = Object.entries(options);
    expect(() => noisy(options)).toThrow(
      expect.objectContaining({ code: 'SENSORIUM_MANIFEST_INVALID', location: { key: name } }),
    );
    expect(() => noisy(options)).toThrow(`${name} is ${value}`);
  });

  it('refuses a model without parameters, and a metric called loss', () => {
    const empty = { build: () => ({ loss: g.constant(1) }) };
    expect(() => regression(empty)).toThrow('no parameters');
    const twice = {
      build: (scope: Parameters<TrainingOptions['build']>[0]) => {
        const loss = g.sum(scope.parameter('a', [2], g.ones));
        return { loss, metrics: { loss } };
      },
    };
    expect(() => regression(twice)).toThrow('a metric is called "loss"');
  });
});
