import type { Scope, SymbolicTensor, Tensor } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { rows } from '@sensorium/tensors';
import * as g from '@sensorium/graph';
import { evaluate, numbers, withSession, relativeError, spreadTensor, testRandom } from '@sensorium/graph/testing';
import { adaptable, sgd, schedule, trainingProgram, type TrainingProgram, type Tuning } from './index.js';
import { train } from './testing/train.js';

const steps = 12;
const batch = spreadTensor('float32', [4, 3, 5, 5], 1, -1, 1);
/** Of each step the same four pictures of three channels. */
const images: Tensor = {
  dtype: 'float32',
  shape: [steps, ...batch.shape],
  data: Float32Array.from({ length: steps * 300 }, (_, index) => Number(batch.data[index % 300])),
};

type Network = (scope: Scope, x: SymbolicTensor) => SymbolicTensor;

const lossOf = (network: Network, scope: Scope, x: SymbolicTensor): SymbolicTensor =>
  g.mean(g.square(g.sub(network(scope, x), 1)));

const programOf = (network: Network, tuningOf?: (name: string) => Tuning): TrainingProgram =>
  trainingProgram({
    batch: { x: { dtype: 'float32', shape: [4, 3, 5, 5] } },
    build: (scope, { x }) => ({ loss: lossOf(network, scope, x!) }),
    optimizer: sgd({ momentum: 0 }),
    learningRate: 0.05,
    steps: 10,
    schedule: schedule({ shape: 'constant', steps: 1, warmup: 0 }),
    clip: null,
    ...(tuningOf && { tune: (all) => all.map(({ name }) => tuningOf(name)) }),
  });

const frozen: Tuning = { mode: 'frozen' };
const lora: Tuning = { mode: 'lora', rate: 1, rank: 2, alpha: 3 };
const withAdapters = (network: Network): TrainingProgram =>
  programOf(network, (name) => (name.endsWith('bias') ? frozen : lora));

const pick = (tensors: Record<string, Tensor>, names: readonly string[]): Record<string, Tensor> =>
  Object.fromEntries(names.map((name) => [name, tensors[name]!]));
const int64 = (value: number): Tensor => ({ dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(value)) });

/** Trains a network's adapters, and compares it with the plain network that has the merged weights. */
async function trainAndMerge(network: Network): Promise<{ losses: number[]; merged: Record<string, Tensor> }> {
  const adapted = withAdapters(network);
  const { state, reports } = await train(adapted, { x: images }, [steps]);
  const base = adapted.frozenValues(testRandom(1));
  const outputs = await withSession(adapted.merge!, (session) =>
    session.run(pick({ ...state, ...base }, session.inputNames)),
  );
  const merged = Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name.slice(7), tensor]));
  for (const [name, { shape }] of Object.entries(merged)) expect(shape).toEqual(base[name]!.shape);
  const further = await withSession(adapted.model, (session) =>
    session.run({ ...state, ...pick(base, adapted.frozen), ...rows({ x: images }, 0, 1), steps: int64(1) }),
  );
  const loss = lossOf(network, g.createScope(), g.input('x', 'float32', [4, 3, 5, 5]));
  const plain = await evaluate({ loss }, { x: batch }, { ...base, ...merged });
  expect(relativeError(numbers(plain['loss']), numbers(further['loss']))).toBeLessThan(1e-5);
  return { losses: reports['loss']!, merged };
}

/** A 3×3 convolution, a 1×1 convolution with stride, a product in the middle, and a linear layer. */
function usual(scope: Scope, x: SymbolicTensor): SymbolicTensor {
  const wide = g.relu(g.convolution(scope.at('wide'), x, 6));
  const pointwise = g.convolution(scope.at('pointwise'), wide, 8, { kernel: 1, stride: 2, padding: 0 });
  const rows = g.reshape(pointwise, [x.shape[0]!, 8, 9]);
  const mixed = g.matmul(g.transpose(rows), g.parameter(scope, 'mix', [8, 8], g.glorot));
  return g.linear(scope.at('last'), g.mean(mixed, [1]), 2);
}

describe('low-rank adaptation', () => {
  const adapted = withAdapters(usual);

  it('stands beside products, linear layers and 1×1 convolutions, and leaves the rest frozen', () => {
    expect([...adapted.trained].sort()).toEqual(
      ['last/weight', 'mix', 'pointwise/weight'].flatMap((name) => [`${name}/lora-down`, `${name}/lora-up`]),
    );
    expect(adapted.frozen).toContain('wide/weight');
  });

  it('starts from the model as it was', async () => {
    const [plain, low] = [await train(programOf(usual), { x: images }, [1]), await train(adapted, { x: images }, [1])];
    expect(low.reports['loss']![0]).toBeCloseTo(plain.reports['loss']![0]!, 6);
  });

  it('decays as it is told: the first matrix, whose first gradient is 0, by nothing else', async () => {
    const decaying = programOf(usual, (name) => (name === 'mix' ? { ...lora, weightDecay: 0.4 } : frozen));
    const { state } = await train(decaying, { x: images }, [1]);
    const expected = numbers(decaying.initialState(testRandom(1))['mix/lora-down']).map((v) => v * (1 - 0.05 * 0.4));
    expect(relativeError(numbers(state['mix/lora-down']), expected)).toBeLessThan(1e-6);
  });

  it('learns, and merged weights give what base and adapter give', async () => {
    const { losses, merged } = await trainAndMerge(usual);
    expect(losses.at(-1)!).toBeLessThan(0.8 * losses[0]!);
    expect(Object.keys(merged).sort()).toEqual(['last/weight', 'mix', 'pointwise/weight']);
  });
});

const weight = (scope: Scope, ...shape: number[]): SymbolicTensor => scope.parameter('weight', shape, g.glorot);
const flat = (x: SymbolicTensor): SymbolicTensor => g.reshape(x, [4, 75]);

/** Ways to read a weight, the shape of the first matrix of its adapter, and that of the second. */
const uses: readonly (readonly [string, Network, down: readonly number[], up: readonly number[]])[] = [
  ['the left factor of a stack', (s, x) => g.matmul(weight(s, 7, 3), g.reshape(x, [4, 3, 25])), [7, 2], [2, 3]],
  ['the left factor of a product', (s, x) => g.gemm(weight(s, 7, 4), flat(x)), [7, 2], [2, 4]],
  ['a transposed left factor', (s, x) => g.gemm(weight(s, 4, 7), flat(x), true), [4, 2], [2, 7]],
  [
    'a right factor that a product transposes',
    (s, x) => g.gemm(flat(x), weight(s, 6, 75), false, true),
    [75, 2],
    [2, 6],
  ],
  ['a weight that is transposed first', (s, x) => g.matmul(flat(x), g.transpose(weight(s, 6, 75))), [6, 2], [2, 75]],
  [
    'a weight that is reshaped and transposed first',
    (s, x) => g.matmul(flat(x), g.transpose(g.reshape(weight(s, 2, 3, 75), [6, 75]))),
    [2, 3, 2],
    [2, 2, 75],
  ],
  ['a stack of matrices', (s, x) => g.matmul(g.reshape(x, [4, 3, 5, 5]), weight(s, 3, 5, 6)), [3, 5, 2], [3, 2, 6]],
  [
    'a weight that is read twice',
    (s, x) => {
      const w = weight(s, 75, 6);
      return g.matmul(g.tanh(g.matmul(flat(x), w)), g.transpose(w));
    },
    [75, 2],
    [2, 6],
  ],
  [
    'a 1×1 convolution in one dimension',
    (s, x) => g.conv(g.reshape(x, [4, 3, 25]), weight(s, 6, 3, 1)),
    [3, 2],
    [2, 6],
  ],
  [
    'a 1×1 convolution in three dimensions, with strides and padding',
    (s, x) => {
      const volume = g.reshape(x, [4, 3, 5, 5, 1]);
      return g.conv(g.concat([volume, volume, volume], 4), weight(s, 6, 3, 1, 1, 1), { stride: 2, padding: 1 });
    },
    [3, 2],
    [2, 6],
  ],
  [
    'a 1×1 convolution in groups',
    (s, x) =>
      g.conv(g.concat([x, x], 1), weight(s, 6, 2, 1, 1), { groups: 3, bias: s.parameter('bias', [6], g.zeros) }),
    [6, 2],
    [2, 2],
  ],
  ['a matrix that becomes a 1×1 kernel', (s, x) => g.conv(x, g.reshape(weight(s, 6, 3), [6, 3, 1, 1])), [6, 2], [2, 3]],
  [
    'a 1×1 kernel that becomes a matrix',
    (s, x) => g.matmul(g.reshape(x, [4, 25, 3]), g.transpose(g.reshape(weight(s, 6, 3, 1, 1), [6, 3]))),
    [6, 2],
    [2, 3],
  ],
];

describe('an adapter stands beside', () => {
  it.each(uses)('%s, and is merged to the same', async (_, network, down, up) => {
    const adapted = withAdapters(network);
    const first = adapted.initialState(testRandom(1));
    expect([first['weight/lora-down']!.shape, first['weight/lora-up']!.shape]).toEqual([down, up]);
    const plain = await train(programOf(network), { x: images }, [1]);
    const { losses, merged } = await trainAndMerge(network);
    expect(losses[0]).toBeCloseTo(plain.reports['loss']![0]!, 6);
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);
    expect(Object.keys(merged)).toEqual(['weight']);
  });
});

describe('no adapter can stand beside', () => {
  it.each<[string, Network]>([
    ['a convolution that looks at neighbours', (s, x) => g.conv(x, weight(s, 6, 3, 3, 3))],
    ['a factor of single elements', (s, x) => g.mul(x, weight(s, 5, 5))],
    ['a product’s bias', (s, x) => g.add(flat(x), weight(s, 4, 75))],
    [
      'a table that is also a factor',
      (s, x) => {
        const table = weight(s, 75, 6);
        return g.add(g.matmul(flat(x), table), g.lookup(table, g.constant([1], 'int64')));
      },
    ],
  ])('%s', (_, network) => {
    expect(() => withAdapters(network)).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_MANIFEST_INVALID',
        message: 'no adapter can stand beside weight',
      }),
    );
    const scope = g.createScope();
    const output = network(scope, g.input('x', 'float32', [4, 3, 5, 5]));
    expect(adaptable([output], scope.parameters)).toEqual([]);
  });
});
