import type { Scope, SymbolicTensor, Tensor } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import * as g from '@sensorium/graph';
import { numbers, relativeError, spreadTensor, testRandom } from '@sensorium/graph/testing';
import { sgd, trainingProgram, schedule, type TrainingOptions, type TrainingProgram, type Tuning } from './index.js';
import { train } from './testing/train.js';

const steps = 6;
const images = spreadTensor('float32', [steps, 4, 3, 5, 5], 1, -1, 1);
const specs = { x: { dtype: 'float32', shape: [4, 3, 5, 5] } } as const;

/** A 3×3 convolution, a 1×1 convolution with stride, a product in the middle, and a linear layer. */
function network(scope: Scope, x: SymbolicTensor): SymbolicTensor {
  const wide = g.relu(g.convolution(scope.at('wide'), x, 6));
  const pointwise = g.convolution(scope.at('pointwise'), wide, 8, { kernel: 1, stride: 2, padding: 0 });
  const rows = g.reshape(pointwise, [x.shape[0]!, 8, 9]);
  const mixed = g.matmul(g.transpose(rows), g.parameter(scope, 'mix', [8, 8], g.glorot));
  return g.linear(scope.at('last'), g.mean(mixed, [1]), 2);
}

const program = (options: Partial<TrainingOptions>): TrainingProgram =>
  trainingProgram({
    batch: specs,
    build: (scope, { x }) => ({ loss: g.mean(g.square(g.sub(network(scope, x!), 1))) }),
    optimizer: sgd({ momentum: 0 }),
    learningRate: 0.05,
    steps: 10,
    schedule: schedule({ shape: 'constant', steps: 1, warmup: 0 }),
    clip: null,
    ...options,
  });

const tuned = (modes: (name: string) => Tuning, options: Partial<TrainingOptions> = {}): TrainingProgram =>
  program({ tune: (all) => all.map(({ name }) => modes(name)), ...options });

const full: Tuning = { mode: 'full', rate: 1 };
const lora: Tuning = { mode: 'lora', rate: 1, rank: 2, alpha: 6 };

const first = program({}).initialState(testRandom(1));
const moved = (state: Record<string, Tensor>, name: string): number[] =>
  numbers(state[name]).map((value, index) => value - numbers(first[name])[index]!);

describe('tuning', () => {
  it('leaves frozen parameters out of the state', async () => {
    const partly = tuned((name) => (name.startsWith('last') ? full : { mode: 'frozen' }));
    expect(partly.frozen).toEqual(['wide/weight', 'wide/bias', 'pointwise/weight', 'pointwise/bias', 'mix']);
    expect([...partly.trained].sort()).toEqual(['last/bias', 'last/weight']);
    const [alone, all] = [await train(partly, { x: images }, [1]), await train(program({}), { x: images }, [1])];
    // The first step of what is trained is that of training everything.
    expect(alone.state['last/weight']).toEqual(all.state['last/weight']);
  });

  it('says where no adapter can stand', () => {
    expect(() => tuned((name) => (name === 'wide/weight' ? lora : full))).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_MANIFEST_INVALID',
        message: 'no adapter can stand beside wide/weight',
      }),
    );
  });

  it('scales the learning rate by the rate', async () => {
    const { state } = await train(program({}), { x: images }, [1]);
    const slow = await train(
      tuned((name) => ({ mode: 'full', rate: name === 'mix' ? 0.25 : 1 })),
      { x: images },
      [1],
    );
    const quarter = moved(state, 'mix').map((value) => value / 4);
    expect(relativeError(moved(slow.state, 'mix'), quarter)).toBeLessThan(1e-4);
    expect(slow.state['last/weight']).toEqual(state['last/weight']);
  });

  it('refuses to train nothing', () => {
    expect(() => tuned(() => ({ mode: 'frozen' }))).toThrow('no parameters to train');
  });
});

describe('several batches a step', () => {
  it('are one large batch', async () => {
    const [small, large] = [{ x: { dtype: 'float32', shape: [2, 3, 5, 5] } } as const, specs];
    const cut: Tensor = { ...images, shape: [steps, 2, 2, 3, 5, 5] };
    for (const clip of [null, 0.1]) {
      const whole = await train(program({ batch: large, clip }), { x: images }, [steps]);
      const parts = await train(program({ batch: small, clip, accumulate: 2 }), { x: cut }, [steps]);
      for (const name of ['loss', 'gradientNorm', 'gradientNorms']) {
        expect(relativeError(parts.reports[name]!, whole.reports[name]!)).toBeLessThan(1e-5);
      }
      for (const [name, { data }] of Object.entries(whole.state)) {
        expect(relativeError(numbers(parts.state[name]), Array.from(data, Number)), name).toBeLessThan(1e-4);
      }
    }
  });

  it('each have noise of their own', () => {
    const { noise } = program({
      accumulate: 3,
      build: (scope, { x }) => ({ loss: g.mean(g.dropout(scope, network(scope, x!), 0.5)) }),
    });
    expect(noise).toEqual([{ name: 'noise/0', kind: 'uniform', shape: [4, 2] }]);
  });
});

describe('the average of the weights', () => {
  it('moves a share of the way to the weights after each step: 9 / (10 + t), at least 1 − decay', async () => {
    const averaging = program({ average: 0.9 });
    const { state } = await train(averaging, { x: images }, [4, 2]);
    let expected = numbers(first['mix']);
    for (let step = 1; step <= steps; step++) {
      const { state: until } = await train(program({}), { x: images }, [step]);
      const share = Math.max(9 / (10 + step), 0.1);
      expected = expected.map((value, index) => value + share * (numbers(until['mix'])[index]! - value));
    }
    expect(relativeError(numbers(state['mix:average']), expected)).toBeLessThan(1e-5);
  });
});

it('reports the norm of every gradient', async () => {
  const { trained, state } = program({});
  const { reports } = await train(program({}), { x: images }, [1]);
  const after = (await train(program({}), { x: images }, [1])).state;
  expect(state).toContain('mix');
  for (const [index, name] of trained.entries()) {
    const norm = Math.hypot(...moved(after, name)) / 0.05;
    expect(reports['gradientNorms']![index]).toBeCloseTo(norm, 4);
  }
});
