import type { Scope, SymbolicTensor, Tensor } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import * as g from '@sensorium/graph';
import {
  evaluate,
  numbers,
  withSession,
  range,
  relativeError,
  spreadTensor,
  total,
  testRandom,
} from '@sensorium/graph/testing';
import {
  adamw,
  sgd,
  schedule,
  trainingProgram,
  type TrainingOptions,
  type TrainingProgram,
  type Tuning,
} from './index.js';
import { train } from './testing/train.js';
import { makeTensor } from '@sensorium/tensors';

const [steps, batch, channels, places] = [6, 4, 3, 10];
const shape = [batch, channels, 2, 5] as const;
const images = spreadTensor('float32', [steps, ...shape], 1, -1, 3);
const specs = { x: { dtype: 'float32', shape } } as const;

const mean = (values: readonly number[]): number => total(values) / values.length;
const variance = (values: readonly number[]): number => mean(values.map((value) => (value - mean(values)) ** 2));

/** The numbers of a channel in one batch of `images`, or of some of its samples. */
function channel(step: number, c: number, samples: readonly number[] = range(batch)): number[] {
  const all = numbers(images).slice(step * batch * channels * places);
  return samples.flatMap((b) => all.slice((b * channels + c) * places, (b * channels + c + 1) * places));
}

/** The formula: scale 1 and shift 0. */
const standardized = (x: number, center: number, spread: number): number => (x - center) / Math.sqrt(spread + 1e-5);

const normed = (scope: Scope, x: SymbolicTensor): SymbolicTensor => g.batchNorm(scope.at('norm'), x);
const lossOf = (scope: Scope, x: SymbolicTensor): SymbolicTensor => {
  const y = g.convolution(scope.at('mix'), normed(scope, x), 2, { kernel: 1, padding: 0 });
  return g.mean(g.square(g.sub(y, 1)));
};

const program = (options: Partial<TrainingOptions> = {}): TrainingProgram =>
  trainingProgram({
    batch: specs,
    build: (scope, { x }) => ({ loss: lossOf(scope, x!) }),
    optimizer: adamw(),
    learningRate: 0.01,
    steps: 10,
    schedule: schedule({ shape: 'constant', steps: 1, warmup: 0 }),
    clip: 1,
    ...options,
  });

/** After all steps, of a statistic of every batch that starts at `first`. */
const followed = (first: number, statistic: (step: number, c: number) => number, count = steps): number[] =>
  range(channels).map((c) => range(count).reduce((running, step) => 0.9 * running + 0.1 * statistic(step, c), first));

const statistics = ['norm/mean', 'norm/variance'];

describe('batchNorm', () => {
  const x = makeTensor('float32', [...shape], numbers(images).slice(0, batch * channels * places));

  it('standardizes by the batch in training, and its gradient is that of finite differences', async () => {
    const scope = g.createScope({ mode: 'training' });
    const symbol = g.input('x', 'float32', [...shape]);
    const y = normed(scope, symbol);
    const loss = g.sum(g.mul(y, g.input('weight', 'float32', [...shape])));
    const [dx] = g.gradients(loss, [symbol]);
    const weights = {
      'norm/scale': makeTensor('float32', [3], [1, 1, 1]),
      'norm/shift': makeTensor('float32', [3], [0, 0, 0]),
    };
    const weight = spreadTensor('float32', [...shape], 5, -1, 1);
    const model = g.toOnnx({ outputs: { y, loss, dx: dx! }, weights });
    await withSession(model, async (session) => {
      const found = await session.run({ x, weight });
      const expected = range(batch).flatMap((b) =>
        range(channels).flatMap((c) => {
          const all = channel(0, c);
          return channel(0, c, [b]).map((value) => standardized(value, mean(all), variance(all)));
        }),
      );
      expect(relativeError(numbers(found['y']), expected)).toBeLessThan(1e-5);
      const direction = numbers(spreadTensor('float32', [...shape], 7, -1, 1));
      const lossAt = async (h: number): Promise<number> => {
        const moved = numbers(x).map((value, index) => value + h * direction[index]!);
        const outputs = await session.run(
          { x: makeTensor('float32', [...shape], moved), weight },
          { outputs: ['loss'] },
        );
        return numbers(outputs['loss'])[0]!;
      };
      const slope = total(numbers(found['dx']).map((d, index) => d * direction[index]!));
      expect(relativeError([slope], [((await lossAt(1e-2)) - (await lossAt(-1e-2))) / 2e-2])).toBeLessThan(5e-3);
    });
  });

  it.each([[[...shape]], [['batch', 3, 2, 5]]])('standardizes by its parameters at inference: %j', async (size) => {
    const scope = g.createScope();
    const y = normed(scope, g.input('x', 'float32', size));
    expect(scope.parameters.map(({ name, follows: average }) => [name, average])).toEqual(
      ['scale', 'shift', 'mean', 'variance'].map((name) => [`norm/${name}`, undefined]),
    );
    const weights = Object.fromEntries(
      Object.entries({ scale: [1, 2, 3], shift: [4, 5, 6], mean: [1, 0, -1], variance: [1, 4, 2] }).map(
        ([name, list]) => [`norm/${name}`, makeTensor('float32', [3], list)],
      ),
    );
    const { y: found } = await evaluate({ y }, { x }, weights);
    const expected = range(batch).flatMap((b) =>
      range(channels).flatMap((c) =>
        channel(0, c, [b]).map((value) => standardized(value, [1, 0, -1][c]!, [1, 4, 2][c]!) * (c + 1) + (c + 4)),
      ),
    );
    expect(relativeError(numbers(found), expected)).toBeLessThan(1e-5);
  });

  it('takes features without places, and numbers of its own', async () => {
    const own = trainingProgram({
      batch: { x: { dtype: 'float32', shape: [batch, 2] } },
      build: (scope, { x: rows }) => ({
        loss: g.mean(g.square(g.sub(g.linear(scope, g.batchNorm(scope, rows!, { momentum: 0.5, epsilon: 3 }), 1), 1))),
      }),
      optimizer: sgd(),
      learningRate: 0.1,
      steps: 10,
      schedule: schedule({ shape: 'constant', steps: 1, warmup: 0 }),
      clip: null,
    });
    const rows = makeTensor('float32', [1, batch, 2], [1, 0, 2, 0, 3, 0, 6, 4]);
    const { state } = await train(own, { x: rows }, [1]);
    expect(numbers(state['mean'])).toEqual([1.5, 0.5]);
    expect(numbers(state['variance'])).toEqual([0.5 + 3.5 / 2, 0.5 + 3 / 2]);
  });
});

describe('parameters that follow values', () => {
  it('are in the state and change from step to step, but are not trained', async () => {
    const own = program();
    expect(own.following).toEqual(statistics);
    expect(own.state).toEqual(expect.arrayContaining(statistics));
    expect(own.trained.filter((name) => statistics.includes(name))).toEqual([]);
    expect(own.state.filter((name) => name.startsWith('norm/mean'))).toEqual(['norm/mean']);
    const { state } = await train(own, { x: images }, [steps]);
    const expected = [
      followed(0, (step, c) => mean(channel(step, c))),
      followed(1, (step, c) => variance(channel(step, c))),
    ];
    for (const [index, name] of statistics.entries()) {
      expect(relativeError(numbers(state[name]), expected[index]!)).toBeLessThan(1e-5);
    }
  });

  it('give the same bits however steps are cut into programs, and without Loop', async () => {
    const whole = await train(program(), { x: images }, [steps]);
    expect(await train(program(), { x: images }, [1, 2, 3])).toEqual(whole);
    const single = await train(
      program({ loop: false }),
      { x: images },
      range(steps).map(() => 1),
    );
    for (const name of statistics) {
      expect(relativeError(numbers(single.state[name]), numbers(whole.state[name]))).toBeLessThan(1e-6);
    }
  });

  it('follow the mean of a step’s batches, and are computed again with recomputation', async () => {
    const halves: Tensor = { ...images, shape: [steps, 2, 2, ...shape.slice(1)] };
    const half = { x: { dtype: 'float32', shape: [2, ...shape.slice(1)] } } as const;
    const { state } = await train(program({ batch: half, accumulate: 2 }), { x: halves }, [steps]);
    const expected = followed(1, (step, c) =>
      mean([variance(channel(step, c, [0, 1])), variance(channel(step, c, [2, 3]))]),
    );
    expect(relativeError(numbers(state['norm/variance']), expected)).toBeLessThan(1e-5);
    const again = await train(program({ segments: 2 }), { x: images }, [steps]);
    const kept = await train(program(), { x: images }, [steps]);
    for (const name of statistics) expect(again.state[name]).toEqual(kept.state[name]);
  });

  it('start from weights that are given', () => {
    const given = makeTensor('float32', [3], [7, 8, 9]);
    const first = program({ start: { 'norm/mean': given } }).initialState(testRandom(1));
    expect([numbers(first['norm/mean']), numbers(first['norm/variance'])]).toEqual([
      [7, 8, 9],
      [1, 1, 1],
    ]);
  });

  it.each(['frozen', 'lora'] as const)('are used as at inference where they are %s', async (mode) => {
    const tuning: Tuning = mode === 'frozen' ? { mode } : { mode, rate: 1, rank: 1, alpha: 1 };
    const start = {
      'norm/mean': makeTensor('float32', [3], [1, 0, -1]),
      'norm/variance': makeTensor('float32', [3], [1, 4, 2]),
    };
    const own = program({
      start,
      tune: (all) => all.map(({ name }) => (name.startsWith('norm/') ? tuning : { mode: 'full', rate: 1 })),
      ...(mode === 'lora' && { build: (scope, { x }) => ({ loss: g.add(lossOf(scope, x!), adaptedTerm(scope)) }) }),
    });
    expect([own.following, own.state.filter((name) => statistics.includes(name))]).toEqual([[], []]);
    expect(own.frozen).toEqual(expect.arrayContaining(statistics));
    const { reports } = await train(own, { x: images }, [1]);
    const values = { ...own.frozenValues(testRandom(1)), ...own.initialState(testRandom(1)) };
    const scope = g.createScope();
    const loss = lossOf(scope, g.input('x', 'float32', [...shape]));
    const weights = Object.fromEntries(scope.parameters.map(({ name }) => [name, values[name]!]));
    const x = makeTensor('float32', [...shape], numbers(images).slice(0, batch * channels * places));
    const { loss: expected } = await evaluate({ loss }, { x }, weights);
    expect(relativeError([reports['loss']![0]!], numbers(expected))).toBeLessThan(1e-5);
  });
});

/** Nothing, of a weight that an adapter can stand beside. */
function adaptedTerm(scope: Scope): SymbolicTensor {
  const weight = scope.at('norm').parameter('extra', [2, 2], g.glorot);
  return g.mul(g.sum(g.gemm(g.constant([0, 0], 'float32', [1, 2]), weight)), 1);
}
