import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '../operators/index.js';
import {
  binary,
  constants,
  erf,
  ints,
  one,
  positive,
  sigmoid,
  single,
  softmaxAt,
  unary,
  type OperatorCase,
} from './operator-case.js';

export const elementwiseCases: Readonly<Record<string, readonly OperatorCase[]>> = {
  add: [
    ...binary(g.add, (a, b) => a + b),
    one({ build: (x) => g.add(x, x), x: [3], shape: [3], at: (i, x) => 2 * x(i) }),
    one({ build: (x) => g.add(1.5, x), x: [3], shape: [3], at: (i, x) => 1.5 + x(i) }),
  ],
  sub: binary(g.sub, (a, b) => a - b),
  mul: [
    ...binary(g.mul, (a, b) => a * b),
    one({ build: (x) => g.mul(x, x), x: [2, 2], shape: [2, 2], at: (i, x) => x(i) ** 2 }),
  ],
  div: binary(g.div, (a, b) => a / b, positive),
  maximum: binary(g.maximum, Math.max),
  minimum: binary(g.minimum, Math.min),
  pow: [0.5, 1, 2, 3, -1.5].flatMap((n) =>
    unary(
      (x) => g.pow(x, n),
      (x) => x ** n,
      positive,
    ),
  ),
  square: unary(
    (x) => g.square(x),
    (x) => x * x,
  ),
  neg: unary(
    (x) => g.neg(x),
    (x) => -x,
  ),
  exp: unary((x) => g.exp(x), Math.exp),
  log: unary((x) => g.log(x), Math.log, positive),
  sqrt: unary((x) => g.sqrt(x), Math.sqrt, positive),
  abs: unary((x) => g.abs(x), Math.abs),
  sign: unary((x) => g.sign(x), Math.sign),
  cos: unary((x) => g.cos(x), Math.cos),
  sin: unary((x) => g.sin(x), Math.sin),
  cast: [
    ...unary((x) => g.cast(g.cast(x, 'float32'), 'float64'), Math.fround, single).map((c) => ({
      ...c,
      build: (x: SymbolicTensor) => g.cast(g.cast(x, 'float64'), 'float32'),
    })),
    ...unary((x) => g.cast(x, 'int32'), Math.trunc, constants),
  ],

  relu: unary(
    (x) => g.relu(x),
    (x) => Math.max(0, x),
  ),
  tanh: unary((x) => g.tanh(x), Math.tanh),
  sigmoid: unary((x) => g.sigmoid(x), sigmoid),
  erf: unary((x) => g.erf(x), erf, single),
  softplus: unary(
    (x) => g.softplus(x),
    (x) => Math.log1p(Math.exp(x)),
    single,
  ),
  gelu: unary(
    (x) => g.gelu(x),
    (x) => x * 0.5 * (1 + erf(x * Math.SQRT1_2)),
    single,
  ),
  silu: unary(
    (x) => g.silu(x),
    (x) => x * sigmoid(x),
  ),
  softmax: [
    one({ build: (x) => g.softmax(x), x: [2, 3], shape: [2, 3], at: (i, x) => softmaxAt(1, 3, i, x) }),
    one({ build: (x) => g.softmax(x, 0), x: [4], shape: [4], at: (i, x) => softmaxAt(0, 4, i, x) }),
    one({ build: (x) => g.softmax(x, -2), x: [2, 3, 2], shape: [2, 3, 2], at: (i, x) => softmaxAt(1, 3, i, x) }),
  ],
  logSoftmax: [
    one({ build: (x) => g.logSoftmax(x), x: [2, 3], shape: [2, 3], at: (i, x) => Math.log(softmaxAt(1, 3, i, x)) }),
    one({
      build: (x) => g.logSoftmax(x, 1),
      x: [2, 3, 2],
      shape: [2, 3, 2],
      at: (i, x) => Math.log(softmaxAt(1, 3, i, x)),
    }),
  ],

  equal: [
    ...binary(g.equal, (a, b) => Number(a === b), constants),
    {
      build: (a) => g.equal(a, 2),
      inputs: [ints([1, 2, 3])],
      shape: [3],
      at: (i, a) => Number(a(i) === 2),
      ...constants,
    },
  ],
  greater: binary(g.greater, (a, b) => Number(a > b), constants),
  greaterOrEqual: binary(g.greaterOrEqual, (a, b) => Number(a >= b), constants),
  less: binary(g.less, (a, b) => Number(a < b), constants),
  lessOrEqual: binary(g.lessOrEqual, (a, b) => Number(a <= b), constants),
  not: unary(
    (x) => g.not(g.greater(x, 0)),
    (x) => Number(!(x > 0)),
    constants,
  ),
  where: [
    ...binary(
      (a, b) => g.where(g.greater(a, b), a, g.mul(b, 3)),
      (a, b) => (a > b ? a : 3 * b),
    ),
    one({ build: (x) => g.where(g.less(x, 0), 0, x), x: [5], shape: [5], at: (i, x) => (x(i) < 0 ? 0 : x(i)) }),
    {
      build: (c, a, b) => g.where(g.cast(c, 'bool'), a, b),
      inputs: [ints([1, 0, 1], [3, 1]), [4], [1, 1]],
      shape: [3, 4],
      at: (i, c, a, b) => (c(i) ? a(i) : b(i)),
    },
  ],
};
