import type { Scope, SymbolicTensor, Symbols, Tensors } from '@sensorium/contracts';
import { cpu, webgpu } from '@sensorium/backend-node';
import { wasm } from '@sensorium/backend-web';
import * as g from '@sensorium/graph';
import { numbers, range, relativeError, size, spreadTensor, testRandom, total } from '@sensorium/graph/testing';
import { makeTensor } from '@sensorium/tensors';
import { describe, expect, it } from 'vitest';
import { schedule, sgd, trainingProgram, type Balance, type TrainingOptions } from './index.js';
import { train } from './testing/train.js';
import { dot, norm, paretoReference } from './testing/vectors.js';

type Values = Readonly<Record<string, readonly number[]>>;

/** Two encoders of a weight each, a joint linear model of what they give, and one of each alone. */
const start: Values = {
  'a/weight': [0.8, -0.5],
  'b/weight': [0.3, 0.9],
  'joint/a': [1.2],
  'joint/b': [0.7],
  // So that a has to grow for its own loss, and to shrink for that of both.
  'alone/a': [0.3],
  'alone/b': [0.6],
};

const batchSize = 3;

/** Of losses that are blended: the joint one, of a, of b. */
const weights = [0.5, 2, 1.5] as const;

function model(scope: Scope, batch: Symbols) {
  const weight = (name: string): SymbolicTensor => scope.parameter(name, [start[name]!.length, 1], g.zeros);
  const features = { a: g.matmul(batch['a']!, weight('a/weight')), b: g.matmul(batch['b']!, weight('b/weight')) };
  const lossOf = (found: SymbolicTensor): SymbolicTensor => g.mul(g.mean(g.square(g.sub(found, batch['y']!))), 0.5);
  return {
    loss: lossOf(g.add(g.matmul(features.a, weight('joint/a')), g.matmul(features.b, weight('joint/b')))),
    alone: {
      a: lossOf(g.matmul(features.a, weight('alone/a'))),
      b: lossOf(g.matmul(features.b, weight('alone/b'))),
    },
  };
}

const encoderOf = (name: string): string | undefined => /^([ab])\/weight/.exec(name)?.[1];

const programOf = (how: Balance['how'] | null, options: Partial<TrainingOptions> = {}) =>
  trainingProgram({
    batch: {
      ...{ a: { dtype: 'float32', shape: [batchSize, 2] }, b: { dtype: 'float32', shape: [batchSize, 2] } },
      ...{ y: { dtype: 'float32', shape: [batchSize, 1] }, weights: { dtype: 'float32', shape: [3] } },
    },
    build(scope, batch) {
      const { loss, alone } = model(scope, batch);
      const metrics = { 'own/a': alone.a, 'own/b': alone.b };
      if (how === null) return { loss, metrics };
      const modalities = { alone, encoderOf };
      return {
        loss,
        metrics,
        balance: how === 'blend' ? { how, ...modalities, weights: batch['weights']! } : { how, ...modalities },
      };
    },
    optimizer: sgd({ momentum: 0 }),
    learningRate: 0.1,
    steps: 10,
    schedule: schedule({ shape: 'constant', steps: 1, warmup: 0 }),
    clip: null,
    start: Object.fromEntries(
      Object.entries(start).map(([name, values]) => [name, makeTensor('float32', [values.length, 1], values)]),
    ),
    ...options,
  });

/** [steps,…] of each tensor, or [steps,batches,…]. */
function dataOf(leading: readonly number[]): Tensors {
  return {
    a: spreadTensor('float32', [...leading, batchSize, 2], 1),
    b: spreadTensor('float32', [...leading, batchSize, 2], 2),
    y: spreadTensor('float32', [...leading, batchSize, 1], 3),
    weights: makeTensor(
      'float32',
      [...leading, 3],
      range(size(leading)).flatMap(() => [...weights]),
    ),
  };
}

interface Reference {
  readonly loss: number;
  readonly alone: { readonly a: number; readonly b: number };
  /** Of the joint loss, and of the sum of the others. */
  readonly together: Values;
  readonly apart: Values;
}

/** The model of one batch in float64. */
function reference(values: Values, data: Tensors, batch: number): Reference {
  const of = (name: string, width: number): number[][] =>
    range(batchSize).map((row) => {
      const at = (batch * batchSize + row) * width;
      return numbers(data[name]).slice(at, at + width);
    });
  const [x, y] = [{ a: of('a', 2), b: of('b', 2) }, of('y', 1).flat()];
  const h = { a: x.a.map((row) => dot(row, values['a/weight']!)), b: x.b.map((row) => dot(row, values['b/weight']!)) };
  const w = (name: string): number => values[name]![0]!;
  const lossOf = (errors: readonly number[]): number => total(errors.map((e) => e ** 2)) / (2 * batchSize);
  const mean = (list: readonly number[]): number => total(list) / batchSize;
  const joint = y.map((truth, i) => h.a[i]! * w('joint/a') + h.b[i]! * w('joint/b') - truth);
  const own = {
    a: y.map((truth, i) => h.a[i]! * w('alone/a') - truth),
    b: y.map((truth, i) => h.b[i]! * w('alone/b') - truth),
  };
  const ofEncoder = (m: 'a' | 'b', errors: readonly number[], factor: number): number[] =>
    [0, 1].map((d) => mean(errors.map((e, i) => e * factor * x[m][i]![d]!)));
  return {
    loss: lossOf(joint),
    alone: { a: lossOf(own.a), b: lossOf(own.b) },
    together: {
      'a/weight': ofEncoder('a', joint, w('joint/a')),
      'b/weight': ofEncoder('b', joint, w('joint/b')),
      'joint/a': [mean(joint.map((e, i) => e * h.a[i]!))],
      'joint/b': [mean(joint.map((e, i) => e * h.b[i]!))],
    },
    apart: {
      'a/weight': ofEncoder('a', own.a, w('alone/a')),
      'b/weight': ofEncoder('b', own.b, w('alone/b')),
      'alone/a': [mean(own.a.map((e, i) => e * h.a[i]!))],
      'alone/b': [mean(own.b.map((e, i) => e * h.b[i]!))],
    },
  };
}

const scaled = (values: readonly number[], factor: number): number[] => values.map((value) => value * factor);
const plus = (a: readonly number[] | undefined, b: readonly number[] | undefined): number[] =>
  range((a ?? b)!.length).map((index) => (a?.[index] ?? 0) + (b?.[index] ?? 0));

const rules: Record<Balance['how'], (one: Reference, name: string) => number[]> = {
  sum: ({ together, apart }, name) => plus(together[name], apart[name]),
  blend({ together, apart }, name) {
    const [ofAll, ofOne] = [weights[0], /^(a\/weight|alone\/a)$/.test(name) ? weights[1] : weights[2]];
    return plus(together[name] && scaled(together[name], ofAll), apart[name] && scaled(apart[name], ofOne));
  },
  modulate({ together, apart, alone }, name) {
    const encoder = encoderOf(name) as 'a' | 'b' | undefined;
    if (encoder === undefined) return plus(together[name], apart[name]);
    const ratio = Math.exp((encoder === 'a' ? alone.b : alone.a) - alone[encoder]);
    return scaled(together[name]!, ratio > 1 ? 1 - Math.tanh(0.1 * ratio) : 1);
  },
  pareto: ({ together, apart }, name) =>
    encoderOf(name) === undefined ? plus(together[name], apart[name]) : paretoReference(together[name]!, apart[name]!),
};

const hows = Object.keys(rules) as Balance['how'][];

/** The noise that a program is fed, of every step and batch the same. */
const noiseOf = ({ noise }: ReturnType<typeof programOf>, leading: readonly number[], values = [0, 0]): Tensors =>
  Object.fromEntries(
    noise.map(({ name, shape }) => [
      name,
      makeTensor(
        'float32',
        [...leading, ...shape],
        range(size(leading)).flatMap(() => values),
      ),
    ]),
  );

describe.each(hows)('balance: %s', (how) => {
  it('makes the step of its formula, and reports the joint loss and the others', async () => {
    const data = dataOf([1]);
    const program = programOf(how);
    const { state, reports } = await train(program, { ...data, ...noiseOf(program, [1]) }, [1]);
    const expected = reference(start, data, 0);
    expect(relativeError(reports['loss']!, [expected.loss])).toBeLessThan(1e-5);
    expect(
      relativeError([reports['own/a']![0]!, reports['own/b']![0]!], [expected.alone.a, expected.alone.b]),
    ).toBeLessThan(1e-5);
    const { together, apart } = expected;
    expect(dot(together['a/weight']!, apart['a/weight']!)).toBeLessThan(0);
    expect(dot(together['b/weight']!, apart['b/weight']!)).toBeGreaterThan(0);
    const gradients = Object.keys(start).map((name) => rules[how](expected, name));
    expect(relativeError(reports['gradientNorm']!, [norm(gradients.flat())])).toBeLessThan(1e-5);
    for (const [index, name] of Object.keys(start).entries()) {
      const moved = scaled(plus(numbers(state[name]), scaled(start[name]!, -1)), -10);
      expect(relativeError(moved, gradients[index]!), name).toBeLessThan(1e-4);
    }
  });

  it('gives the same in segments, without a Loop, and however steps are cut into programs', async () => {
    const data = dataOf([6]);
    const runs = await Promise.all(
      [
        { options: {}, chunks: [6] },
        { options: {}, chunks: [2, 4] },
        { options: { loop: false }, chunks: [1, 1, 1, 1, 1, 1] },
        { options: { segments: 3 }, chunks: [6] },
      ].map(async ({ options, chunks }) => {
        const program = programOf(how, options);
        return train(program, { ...data, ...noiseOf(program, [6], [0.3, -0.4]) }, chunks);
      }),
    );
    const [whole, ...others] = runs.map(({ reports }) => [...reports['loss']!, ...reports['gradientNorm']!]);
    for (const other of others) expect(relativeError(other, whole!)).toBeLessThan(1e-5);
    expect(whole!.every(Number.isFinite)).toBe(true);
  });

  it('has the mean of several batches where a step has several', async () => {
    const data = dataOf([1, 2]);
    const program = programOf(how, { accumulate: 2 });
    const { state } = await train(program, { ...data, ...noiseOf(program, [1, 2]) }, [1]);
    const batches = [0, 1].map((batch) => reference(start, data, batch));
    const meanOf = (part: 'together' | 'apart'): Values =>
      Object.fromEntries(
        Object.keys(batches[0]![part]).map((name) => [
          name,
          scaled(plus(batches[0]![part][name], batches[1]![part][name]), 0.5),
        ]),
      );
    const ofMeans = { ...batches[0]!, together: meanOf('together'), apart: meanOf('apart') };
    for (const name of Object.keys(start)) {
      // Batches are modulated one by one; gradients that contradict each other are those of the step.
      const expected =
        how === 'modulate'
          ? scaled(plus(rules[how](batches[0]!, name), rules[how](batches[1]!, name)), 0.5)
          : rules[how](ofMeans, name);
      const moved = scaled(plus(numbers(state[name]), scaled(start[name]!, -1)), -10);
      expect(relativeError(moved, expected), name).toBeLessThan(1e-4);
    }
  });

  it.for([
    ['wasm', wasm, 1e-5],
    ['webgpu', webgpu, 1e-3],
  ] as const)('gives the numbers of cpu on %s', async ([, backend, tolerance], { skip }) => {
    const availability = await backend.available();
    if (!availability.available) return skip(availability.reason);
    const program = programOf(how, { loop: false });
    const inputs = {
      ...program.initialState(testRandom(1)),
      ...dataOf([1]),
      ...noiseOf(program, [1], [0.3, -0.4]),
      steps: makeTensor('int64', [], [1]),
    };
    const [expected, found] = await Promise.all(
      [cpu, backend].map(async (one) => {
        const session = await one.load(program.model);
        const needed = Object.fromEntries(Object.entries(inputs).filter(([name]) => session.inputNames.includes(name)));
        const outputs = await session.run(needed);
        await session.dispose();
        return outputs;
      }),
    );
    for (const [name, tensor] of Object.entries(expected!)) {
      expect(relativeError(numbers(found![name]), numbers(tensor)), name).toBeLessThan(tolerance);
    }
  });
});

it('modulation adds noise of the deviation that each gradient has, and to encoders alone', async () => {
  const data = dataOf([1]);
  const program = programOf('modulate');
  expect(program.noise.map(({ kind, shape }) => [kind, shape])).toEqual([
    ['normal', [2, 1]],
    ['normal', [2, 1]],
  ]);
  const noise = [0.7, -1.1];
  const { state } = await train(program, { ...data, ...noiseOf(program, [1], noise) }, [1]);
  const expected = reference(start, data, 0);
  for (const name of ['a/weight', 'b/weight']) {
    const own = expected.together[name]!;
    const deviation = Math.abs(own[0]! - own[1]!) / 2;
    const moved = scaled(plus(numbers(state[name]), scaled(start[name]!, -1)), -10);
    expect(relativeError(moved, plus(rules.modulate(expected, name), scaled(noise, deviation))), name).toBeLessThan(
      1e-4,
    );
  }
});

it('a training without balance is what it was: what is only reported is not learned', async () => {
  const { state } = await train(programOf(null), dataOf([1]), [1]);
  expect(numbers(state['alone/a'])).toEqual([Math.fround(start['alone/a']![0]!)]);
});

it('adapters beside a frozen encoder are what is balanced there', async () => {
  const tune: TrainingOptions['tune'] = (all) =>
    all.map(({ name }) =>
      encoderOf(name) ? { mode: 'lora' as const, rate: 1, rank: 1, alpha: 1 } : { mode: 'full' as const, rate: 1 },
    );
  const program = programOf('pareto', { tune });
  expect(program.trained.filter((name) => name.startsWith('a/weight/'))).toEqual([
    'a/weight/lora-down',
    'a/weight/lora-up',
  ]);
  const { reports } = await train(program, dataOf([8]), [8]);
  expect(reports['gradientNorms']!.every(Number.isFinite)).toBe(true);
  expect(reports['loss']!.every(Number.isFinite)).toBe(true);
});
