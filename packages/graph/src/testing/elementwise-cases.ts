import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '../operators/index.js';
import { size } from './numbers.js';
import { binary, constants, doubles, ints, one, positive, single, unary, type OperatorCase } from './operator-case.js';

const inside = { low: -0.9, high: 0.9 };

const logical = (
  build: (a: SymbolicTensor, b: SymbolicTensor) => SymbolicTensor,
  formula: (a: boolean, b: boolean) => boolean,
): OperatorCase[] =>
  [[2, 2], [2]].map((shape) => ({
    build: (a, b) => build(a, b),
    inputs: [ints([0, 0, 1, 1], [2, 2], 'bool'), ints([0, 1, 0, 1].slice(0, size(shape)), shape, 'bool')],
    shape: [2, 2],
    at: (i, a, b) => Number(formula(Boolean(a(i)), Boolean(b(i)))),
    ...constants,
  }));

/** Operators that work element by element, but activations. */
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
  pow: [
    ...[0.5, 1, 2, 3, -1.5].flatMap((n) =>
      unary(
        (x) => g.pow(x, n),
        (x) => x ** n,
        positive,
      ),
    ),
    ...binary(g.pow, (a, b) => a ** b, positive),
    // Of an exponent that is whole, bases may be negative or 0, and do not depend on it.
    {
      build: (a, b) => g.pow(a, g.cast(b, a.dtype)),
      inputs: [doubles([-2, 0, 3]), ints([3, 2, -1])],
      shape: [3],
      at: (i, a, b) => a(i) ** b(i),
    },
  ],
  mod: [
    ...binary(
      (a, b) => g.mod(a, b),
      (a, b) => a % b,
      constants,
    ),
    {
      build: (a, b) => g.mod(a, b),
      inputs: [ints([5, -5, 5, -5]), ints([3, 3, -3, -3])],
      shape: [4],
      at: (i, a, b) => a(i) - b(i) * Math.floor(a(i) / b(i)),
      ...constants,
    },
    {
      build: (a) => g.mod(a, 3, { truncate: true }),
      inputs: [ints([5, -5, 0], [3], 'int32')],
      shape: [3],
      at: (i, a) => a(i) % 3,
      ...constants,
    },
  ],
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
  reciprocal: unary(
    (x) => g.reciprocal(x),
    (x) => 1 / x,
    positive,
  ),
  floor: unary((x) => g.floor(x), Math.floor),
  ceil: unary((x) => g.ceil(x), Math.ceil),
  round: [
    ...unary((x) => g.round(x), Math.round),
    one({
      build: (x) => g.round(x),
      x: doubles([0.5, 1.5, 2.5, -0.5, -1.5]),
      shape: [5],
      at: ([k]) => [0, 2, 2, 0, -2][k!]!,
      ...constants,
    }),
  ],
  tan: unary((x) => g.tan(x), Math.tan, { ...single, low: -1.2, high: 1.2 }),
  asin: unary((x) => g.asin(x), Math.asin, { ...single, ...inside }),
  acos: unary((x) => g.acos(x), Math.acos, { ...single, ...inside }),
  atan: unary((x) => g.atan(x), Math.atan, single),
  sinh: unary((x) => g.sinh(x), Math.sinh, single),
  cosh: unary((x) => g.cosh(x), Math.cosh, single),
  asinh: unary((x) => g.asinh(x), Math.asinh, single),
  acosh: unary((x) => g.acosh(x), Math.acosh, { ...single, low: 1.2, high: 4 }),
  atanh: unary((x) => g.atanh(x), Math.atanh, { ...single, ...inside }),
  cast: [
    ...unary(
      (x) => g.cast(g.cast(x, 'float32'), 'float64'),
      (x) => x,
      single,
    ).map((c) => ({
      ...c,
      build: (x: SymbolicTensor) => g.cast(g.cast(x, 'float64'), 'float32'),
    })),
    ...unary((x) => g.cast(x, 'int32'), Math.trunc, constants),
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
  isNaN: [
    one({
      build: (x) => g.isNaN(x),
      x: doubles([1, NaN, Infinity]),
      shape: [3],
      at: ([k]) => Number(k === 1),
      ...constants,
    }),
  ],
  and: logical(g.and, (a, b) => a && b),
  or: logical(g.or, (a, b) => a || b),
  xor: logical(g.xor, (a, b) => a !== b),
  not: [
    one({
      build: (x) => g.not(x),
      x: ints([0, 1, 1, 0], [2, 2], 'bool'),
      shape: [2, 2],
      at: (i, x) => 1 - x(i),
      ...constants,
    }),
  ],
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
