import type { DataType, SymbolicTensor, Tensor } from '@sensorium/contracts';
import * as g from '../operators/index.js';
import { constant, input, makeTensor } from '../value.js';
import { range, total, type Read } from './numbers.js';

/** An operator applied in one way: what it is fed, and what every element of its result should be. */
export interface OperatorCase {
  readonly build: (...x: SymbolicTensor[]) => SymbolicTensor;
  /** Shapes of floating-point inputs, or whole tensors. */
  readonly inputs: readonly (readonly number[] | Tensor)[];
  /** Of the result. */
  readonly shape: readonly number[];
  readonly at: (index: readonly number[], ...x: Read[]) => number;
  /** Range of generated inputs. Default −2 … 2 */
  readonly low?: number;
  readonly high?: number;
  /** Default float64; float32 where ONNX Runtime's cpu provider computes the operator, or its gradient, in that alone. */
  readonly dtype?: DataType;
  /** False for results without gradient. Default true */
  readonly differentiable?: boolean;
}

type Elementwise = Partial<OperatorCase>;

const unary = (
  build: OperatorCase['build'],
  formula: (x: number) => number,
  options: Elementwise = {},
): OperatorCase[] =>
  [[], [7], [2, 1, 3]].map((shape) => ({ build, inputs: [shape], shape, at: (i, x) => formula(x!(i)), ...options }));

const binary = (
  build: (a: SymbolicTensor, b: SymbolicTensor) => SymbolicTensor,
  formula: (a: number, b: number) => number,
  options: Elementwise = {},
): OperatorCase[] =>
  [
    {
      inputs: [
        [2, 3],
        [2, 3],
      ],
      shape: [2, 3],
    },
    { inputs: [[2, 3], []], shape: [2, 3] },
    { inputs: [[3], [2, 3]], shape: [2, 3] },
    {
      inputs: [
        [2, 3, 1],
        [3, 4],
      ],
      shape: [2, 3, 4],
    },
    {
      inputs: [
        [1, 4],
        [3, 1],
      ],
      shape: [3, 4],
    },
  ].map((shapes) => ({
    build: build as OperatorCase['build'],
    ...shapes,
    at: (i, a, b) => formula(a!(i), b!(i)),
    ...options,
  }));

const one = (
  options: Omit<OperatorCase, 'inputs' | 'build'> & { x: number[]; build: (x: SymbolicTensor) => SymbolicTensor },
) => ({
  inputs: [options.x],
  ...options,
  build: options.build as OperatorCase['build'],
});

const ints = (
  values: readonly number[],
  shape: readonly number[] = [values.length],
  dtype: DataType = 'int64',
): Tensor => makeTensor(dtype, shape, values);
const positive = { low: 0.5, high: 3 };
const constants = { differentiable: false };
const single: Elementwise = { dtype: 'float32' };

/** ∫ 2/√π exp(−t²) from 0 to x by Simpson's rule. */
export function erf(x: number): number {
  const steps = 2000;
  const f = (k: number): number => Math.exp(-(((x * k) / steps) ** 2));
  const inner = total(range(steps - 1).map((k) => ((k + 1) % 2 ? 4 : 2) * f(k + 1)));
  return ((2 / Math.sqrt(Math.PI)) * (x / steps) * (f(0) + inner + f(steps))) / 3;
}
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Index with `value` at `axis`. */
const put = (index: readonly number[], axis: number, value: number): number[] => [...index].with(axis, value);
const softmaxAt = (axis: number, length: number, index: readonly number[], x: Read): number =>
  Math.exp(x(index)) / total(range(length).map((k) => Math.exp(x(put(index, axis, k)))));

const moments = (x: Read, index: readonly number[], length: number): { mean: number; deviation: number } => {
  const row = range(length).map((k) => x(put(index, index.length - 1, k)));
  const mean = total(row) / length;
  return { mean, deviation: Math.sqrt(total(row.map((value) => (value - mean) ** 2)) / length + 1e-5) };
};

/** Every exported operator by its name. */
export const operatorCases: Readonly<Record<string, readonly OperatorCase[]>> = {
  add: [
    ...binary(g.add, (a, b) => a + b),
    one({ build: (x) => g.add(x, x), x: [3], shape: [3], at: (i, x) => 2 * x!(i) }),
    one({ build: (x) => g.add(1.5, x), x: [3], shape: [3], at: (i, x) => 1.5 + x!(i) }),
  ],
  sub: binary(g.sub, (a, b) => a - b),
  mul: [
    ...binary(g.mul, (a, b) => a * b),
    one({ build: (x) => g.mul(x, x), x: [2, 2], shape: [2, 2], at: (i, x) => x!(i) ** 2 }),
  ],
  div: binary(g.div, (a, b) => a / b, positive),
  maximum: binary(g.maximum, Math.max),
  minimum: binary(g.minimum, Math.min),
  pow: [0.5, 1, 2, 3, -1.5].flatMap((n) =>
    unary(
      (x) => g.pow(x!, n),
      (x) => x ** n,
      positive,
    ),
  ),
  square: unary(
    (x) => g.square(x!),
    (x) => x * x,
  ),
  neg: unary(
    (x) => g.neg(x!),
    (x) => -x,
  ),
  exp: unary((x) => g.exp(x!), Math.exp),
  log: unary((x) => g.log(x!), Math.log, positive),
  sqrt: unary((x) => g.sqrt(x!), Math.sqrt, positive),
  abs: unary((x) => g.abs(x!), Math.abs),
  sign: unary((x) => g.sign(x!), Math.sign),
  cos: unary((x) => g.cos(x!), Math.cos),
  sin: unary((x) => g.sin(x!), Math.sin),
  cast: [
    ...unary((x) => g.cast(g.cast(x!, 'float32'), 'float64'), Math.fround, single).map(
      (c) => ({ ...c, build: (x: SymbolicTensor) => g.cast(g.cast(x, 'float64'), 'float32') }) as OperatorCase,
    ),
    ...unary((x) => g.cast(x!, 'int32'), Math.trunc, constants),
  ],

  relu: unary(
    (x) => g.relu(x!),
    (x) => Math.max(0, x),
  ),
  tanh: unary((x) => g.tanh(x!), Math.tanh),
  sigmoid: unary((x) => g.sigmoid(x!), sigmoid),
  erf: unary((x) => g.erf(x!), erf, single),
  softplus: unary(
    (x) => g.softplus(x!),
    (x) => Math.log1p(Math.exp(x)),
    single,
  ),
  gelu: unary(
    (x) => g.gelu(x!),
    (x) => x * 0.5 * (1 + erf(x * Math.SQRT1_2)),
    single,
  ),
  silu: unary(
    (x) => g.silu(x!),
    (x) => x * sigmoid(x),
  ),
  softmax: [
    one({ build: (x) => g.softmax(x), x: [2, 3], shape: [2, 3], at: (i, x) => softmaxAt(1, 3, i, x!) }),
    one({ build: (x) => g.softmax(x, 0), x: [4], shape: [4], at: (i, x) => softmaxAt(0, 4, i, x!) }),
    one({ build: (x) => g.softmax(x, -2), x: [2, 3, 2], shape: [2, 3, 2], at: (i, x) => softmaxAt(1, 3, i, x!) }),
  ],
  logSoftmax: [
    one({ build: (x) => g.logSoftmax(x), x: [2, 3], shape: [2, 3], at: (i, x) => Math.log(softmaxAt(1, 3, i, x!)) }),
    one({
      build: (x) => g.logSoftmax(x, 1),
      x: [2, 3, 2],
      shape: [2, 3, 2],
      at: (i, x) => Math.log(softmaxAt(1, 3, i, x!)),
    }),
  ],

  equal: [
    ...binary(g.equal, (a, b) => Number(a === b), constants),
    {
      build: (a) => g.equal(a!, 2),
      inputs: [ints([1, 2, 3])],
      shape: [3],
      at: (i, a) => Number(a!(i) === 2),
      ...constants,
    },
  ],
  greater: binary(g.greater, (a, b) => Number(a > b), constants),
  greaterOrEqual: binary(g.greaterOrEqual, (a, b) => Number(a >= b), constants),
  less: binary(g.less, (a, b) => Number(a < b), constants),
  lessOrEqual: binary(g.lessOrEqual, (a, b) => Number(a <= b), constants),
  not: unary(
    (x) => g.not(g.greater(x!, 0)),
    (x) => Number(!(x > 0)),
    constants,
  ),
  where: [
    ...binary(
      (a, b) => g.where(g.greater(a, b), a, g.mul(b, 3)),
      (a, b) => (a > b ? a : 3 * b),
    ),
    one({ build: (x) => g.where(g.less(x, 0), 0, x), x: [5], shape: [5], at: (i, x) => (x!(i) < 0 ? 0 : x!(i)) }),
    {
      build: (c, a, b) => g.where(g.cast(c!, 'bool'), a!, b!),
      inputs: [ints([1, 0, 1], [3, 1]), [4], [1, 1]],
      shape: [3, 4],
      at: (i, c, a, b) => (c!(i) ? a!(i) : b!(i)),
    },
  ],

  gather: [
    {
      build: (x, i) => g.gather(x!, i!),
      inputs: [[4, 3], ints([2, 0, 2])],
      shape: [3, 3],
      at: (i, x, k) => x!([k!([i[0]!]), i[1]!]),
    },
    { build: (x, i) => g.gather(x!, i!), inputs: [[4], ints([3], [], 'int32')], shape: [], at: (_, x) => x!([3]) },
    {
      build: (x, i) => g.gather(x!, i!, -2),
      inputs: [[2, 3, 2], ints([2, 1, 1, 0, 2, 2], [3, 2])],
      shape: [2, 3, 2, 2],
      at: (i, x, k) => x!([i[0]!, k!([i[1]!, i[2]!]), i[3]!]),
    },
    {
      build: (x, i) => g.gather(x!, i!, -1),
      inputs: [[2, 3], ints([1], [])],
      shape: [2],
      at: (i, x) => x!([i[0]!, 1]),
    },
  ],
  lookup: [
    {
      build: (x, i) => g.lookup(x!, i!),
      inputs: [[5, 2], ints([4, 0, 4, 4], [2, 2], 'int32')],
      shape: [2, 2, 2],
      at: (i, x, k) => x!([k!([i[0]!, i[1]!]), i[2]!]),
    },
  ],
  oneHot: [
    {
      build: (i) => g.oneHot(i!, 3),
      inputs: [ints([2, 0, 1, 2], [2, 2])],
      shape: [2, 2, 3],
      at: (i, k) => Number(k!([i[0]!, i[1]!]) === i[2]),
      ...constants,
    },
  ],

  gemm: [false, true].flatMap((ta) =>
    [false, true].map((tb) => ({
      build: (a: SymbolicTensor | undefined, b: SymbolicTensor | undefined) => g.gemm(a!, b!, ta, tb),
      inputs: [ta ? [3, 2] : [2, 3], tb ? [4, 3] : [3, 4]],
      shape: [2, 4],
      at: ([m, n]: readonly number[], a: Read | undefined, b: Read | undefined) =>
        total(range(3).map((k) => a!(ta ? [k, m!] : [m!, k]) * b!(tb ? [n!, k] : [k, n!]))),
    })),
  ),
  matmul: [
    {
      inputs: [
        [2, 3],
        [3, 4],
      ],
      shape: [2, 4],
    },
    {
      inputs: [
        [5, 2, 3],
        [3, 4],
      ],
      shape: [5, 2, 4],
    },
    {
      inputs: [
        [2, 1, 2, 3],
        [3, 3, 2],
      ],
      shape: [2, 3, 2, 2],
    },
    {
      inputs: [
        [2, 3],
        [4, 3, 1],
      ],
      shape: [4, 2, 1],
    },
  ].map((shapes) => ({
    build: (a, b) => g.matmul(a!, b!),
    ...shapes,
    at: (i, a, b) => total(range(3).map((k) => a!(put(i, i.length - 1, k)) * b!(put(i, i.length - 2, k)))),
  })),

  standardize: [
    [2, 4],
    [2, 1, 5],
  ].map((shape) =>
    one({
      ...single,
      build: (x) => g.standardize(x),
      x: shape,
      shape,
      at: (i, x) => {
        const { mean, deviation } = moments(x!, i, shape.at(-1)!);
        return (x!(i) - mean) / deviation;
      },
    }),
  ),
  sum: [
    one({
      build: (x) => g.sum(x),
      x: [2, 3],
      shape: [],
      at: (_, x) => total(range(6).map((k) => x!([Math.floor(k / 3), k % 3]))),
    }),
    one({
      build: (x) => g.sum(x, [-1]),
      x: [2, 3],
      shape: [2],
      at: ([i], x) => total(range(3).map((k) => x!([i!, k]))),
    }),
    one({
      build: (x) => g.sum(x, [0, -1], { keep: true }),
      x: [2, 3, 2],
      shape: [1, 3, 1],
      at: ([, j], x) => total(range(4).map((k) => x!([k >> 1, j!, k & 1]))),
    }),
    one({ build: (x) => g.sum(x, []), x: [2], shape: [2], at: (i, x) => x!(i) }),
  ],
  mean: [
    one({
      build: (x) => g.mean(x),
      x: [2, 2],
      shape: [],
      at: (_, x) => total(range(4).map((k) => x!([k >> 1, k & 1]))) / 4,
    }),
    one({
      build: (x) => g.mean(x, [-2]),
      x: [3, 2],
      shape: [2],
      at: ([j], x) => total(range(3).map((k) => x!([k, j!]))) / 3,
    }),
    one({
      build: (x) => g.mean(x, [1], { keep: true }),
      x: [2, 3],
      shape: [2, 1],
      at: ([i], x) => total(range(3).map((k) => x!([i!, k]))) / 3,
    }),
  ],
  max: [
    one({
      build: (x) => g.max(x),
      x: [2, 3],
      shape: [],
      at: (_, x) => Math.max(...range(6).map((k) => x!([Math.floor(k / 3), k % 3]))),
    }),
    one({
      build: (x) => g.max(x, [-1]),
      x: [2, 3],
      shape: [2],
      at: ([i], x) => Math.max(...range(3).map((k) => x!([i!, k]))),
    }),
    one({
      build: (x) => g.max(x, [0], { keep: true }),
      x: [4, 2],
      shape: [1, 2],
      at: ([, j], x) => Math.max(...range(4).map((k) => x!([k, j!]))),
    }),
  ],
  sumSquare: [
    one({
      build: (x) => g.sumSquare(x),
      x: [2, 3],
      shape: [],
      at: (_, x) => total(range(6).map((k) => x!([Math.floor(k / 3), k % 3]) ** 2)),
    }),
  ],

  reshape: [
    one({
      build: (x) => g.reshape(x, [3, 2]),
      x: [2, 3],
      shape: [3, 2],
      at: ([i, j], x) => x!([Math.floor((2 * i! + j!) / 3), (2 * i! + j!) % 3]),
    }),
    one({ build: (x) => g.reshape(x, [-1]), x: [2, 2], shape: [4], at: ([k], x) => x!([k! >> 1, k! & 1]) }),
  ],
  flatten: [
    one({ build: (x) => g.flatten(x), x: [2, 2, 2], shape: [2, 4], at: ([i, k], x) => x!([i!, k! >> 1, k! & 1]) }),
    one({
      build: (x) => g.flatten(x, 0, 2),
      x: [2, 2, 3],
      shape: [4, 3],
      at: ([k, j], x) => x!([k! >> 1, k! & 1, j!]),
    }),
  ],
  unsqueeze: [
    one({ build: (x) => g.unsqueeze(x, 1), x: [2, 3], shape: [2, 1, 3], at: ([i, , j], x) => x!([i!, j!]) }),
    one({ build: (x) => g.unsqueeze(x, -1), x: [2, 3], shape: [2, 3, 1], at: ([i, j], x) => x!([i!, j!]) }),
  ],
  squeeze: [one({ build: (x) => g.squeeze(x, -2), x: [2, 1, 3], shape: [2, 3], at: ([i, j], x) => x!([i!, 0, j!]) })],
  transpose: [
    one({ build: (x) => g.transpose(x), x: [2, 3, 4], shape: [2, 4, 3], at: ([i, j, k], x) => x!([i!, k!, j!]) }),
    one({
      build: (x) => g.transpose(x, [2, 0, 1]),
      x: [2, 3, 4],
      shape: [4, 2, 3],
      at: ([i, j, k], x) => x!([j!, k!, i!]),
    }),
  ],
  concat: [
    {
      build: (...parts) => g.concat(parts),
      inputs: [
        [2, 1],
        [2, 3],
      ],
      shape: [2, 4],
      at: ([i, j], a, b) => (j! < 1 ? a!([i!, j!]) : b!([i!, j! - 1])),
    },
    {
      build: (...parts) => g.concat(parts, 0),
      inputs: [
        [1, 2],
        [2, 2],
        [1, 2],
      ],
      shape: [4, 2],
      at: ([i, j], a, b, c) => (i! < 1 ? a!([i!, j!]) : i! < 3 ? b!([i! - 1, j!]) : c!([i! - 3, j!])),
    },
    { build: (a) => g.concat([a!, a!], -2), inputs: [[2, 2]], shape: [4, 2], at: ([i, j], a) => a!([i! % 2, j!]) },
    { build: (a) => g.concat([a!]), inputs: [[2]], shape: [2], at: (i, a) => a!(i) },
  ],
  slice: [
    { start: 1, stop: 3 },
    { start: 0, stop: 7, step: 2 },
    { start: 1, stop: 7, step: 3 },
    { start: 2, stop: 6, step: 3 },
    { start: -3, stop: -1 },
    { start: 2 },
    { start: 1, stop: 100, step: 5 },
    { start: 0, stop: 1, step: 4 },
  ].flatMap(({ start, stop, step }) => {
    const kept = range(7)
      .slice(start, stop)
      .filter((_, k) => k % (step ?? 1) === 0);
    return [
      one({
        build: (x) => g.slice(x, 0, start, stop, step),
        x: [7, 2],
        shape: [kept.length, 2],
        at: ([i, j], x) => x!([kept[i!]!, j!]),
      }),
      one({
        build: (x) => g.slice(x, -1, start, stop, step),
        x: [2, 7],
        shape: [2, kept.length],
        at: ([i, j], x) => x!([i!, kept[j!]!]),
      }),
    ];
  }),
  pad: [
    one({
      build: (x) => g.pad(x, -1, 1, 2),
      x: [2, 3],
      shape: [2, 6],
      at: ([i, j], x) => (j! >= 1 && j! < 4 ? x!([i!, j! - 1]) : 0),
    }),
    one({ build: (x) => g.pad(x, 0, 0, 1), x: [2, 3], shape: [3, 3], at: ([i, j], x) => (i! < 2 ? x!([i!, j!]) : 0) }),
  ],
  split: [
    one({ build: (x) => g.split(x, [1, 3, 2])[1]!, x: [2, 6], shape: [2, 3], at: ([i, j], x) => x!([i!, j! + 1]) }),
    one({
      build: (x) => g.mul(...(g.split(x, [2, 2], 0) as [SymbolicTensor, SymbolicTensor])),
      x: [4, 2],
      shape: [2, 2],
      at: ([i, j], x) => x!([i!, j!]) * x!([i! + 2, j!]),
    }),
  ],
  expand: [
    one({ build: (x) => g.expand(x, [2, 3, 2]), x: [3, 1], shape: [2, 3, 2], at: (i, x) => x!(i) }),
    one({ build: (x) => g.expand(x, [4]), x: [], shape: [4], at: (i, x) => x!(i) }),
  ],
  expandLike: [
    {
      build: (x, y) => g.expandLike(x!, y!),
      inputs: [
        [3, 1],
        [2, 3, 2],
      ],
      shape: [2, 3, 2],
      at: (i, x) => x!(i),
    },
  ],
  zerosLike: [one({ build: (x) => g.zerosLike(x), x: [2, 3], shape: [2, 3], at: () => 0 })],

  loopIndex: [
    {
      // The loop below: 1 + 0 + 1 + 2.
      build: () => countingLoop(),
      inputs: [],
      shape: [],
      at: () => 4,
      ...constants,
    },
  ],
  loop: [{ build: () => countingLoop(), inputs: [], shape: [], at: () => 4, ...constants }],
};

function countingLoop(): SymbolicTensor {
  const index = g.loopIndex();
  const current = input('current', 'float32', []);
  const next = g.add(current, g.cast(index, 'float32'));
  const { final } = g.loop({
    count: constant(3, 'int64'),
    steps: 'steps',
    index,
    carried: [{ initial: constant(1), current, next }],
    collected: [],
  });
  return final[0]!;
}
