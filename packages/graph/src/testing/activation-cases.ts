import * as g from '../operators/index.js';
import { erf, one, sigmoid, single, softmaxAt, unary, type OperatorCase } from './operator-case.js';

const softplus = (x: number): number => Math.log1p(Math.exp(x));
const cut = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));
const exponential = (x: number, alpha: number): number => (x > 0 ? x : alpha * Math.expm1(x));

/** Activations: element by element, and softmax. */
export const activationCases: Readonly<Record<string, readonly OperatorCase[]>> = {
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
  geluTanh: unary(
    (x) => g.geluTanh(x),
    (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  ),
  mish: unary(
    (x) => g.mish(x),
    (x) => x * Math.tanh(softplus(x)),
    single,
  ),
  softsign: unary(
    (x) => g.softsign(x),
    (x) => x / (1 + Math.abs(x)),
    single,
  ),
  leakyRelu: [undefined, 0.3].flatMap((alpha) =>
    unary(
      (x) => g.leakyRelu(x, alpha),
      (x) => (x > 0 ? x : (alpha ?? 0.01) * x),
      single,
    ),
  ),
  prelu: [[2, 3, 4], [3, 1], [4], []].map((slope) => ({
    build: (x, s) => g.prelu(x, s),
    inputs: [[2, 3, 4], slope],
    shape: [2, 3, 4],
    at: (i, x, s) => (x(i) > 0 ? x(i) : s(i) * x(i)),
    ...single,
  })),
  elu: [undefined, 0.5].flatMap((alpha) =>
    unary(
      (x) => g.elu(x, alpha),
      (x) => exponential(x, alpha ?? 1),
      single,
    ),
  ),
  selu: [
    ...unary(
      (x) => g.selu(x),
      (x) => 1.0507009873554805 * exponential(x, 1.6732632423543772),
      single,
    ),
    ...unary(
      (x) => g.selu(x, { alpha: 0.7, gamma: 2 }),
      (x) => 2 * exponential(x, 0.7),
      single,
    ),
  ],
  celu: [undefined, 0.5].flatMap((alpha = 1) =>
    unary(
      (x) => g.celu(x, alpha),
      (x) => Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha)),
      single,
    ),
  ),
  thresholdedRelu: [undefined, 0.5].flatMap((alpha) =>
    unary(
      (x) => g.thresholdedRelu(x, alpha),
      (x) => (x > (alpha ?? 1) ? x : 0),
      single,
    ),
  ),
  hardSigmoid: [
    ...unary(
      (x) => g.hardSigmoid(x),
      (x) => cut(0.2 * x + 0.5, 0, 1),
      { ...single, low: -4, high: 4 },
    ),
    ...unary(
      (x) => g.hardSigmoid(x, { alpha: 0.5, beta: 0.25 }),
      (x) => cut(0.5 * x + 0.25, 0, 1),
      single,
    ),
  ],
  hardSwish: unary(
    (x) => g.hardSwish(x),
    (x) => (x * cut(x + 3, 0, 6)) / 6,
    { ...single, low: -5, high: 5 },
  ),
  clip: [{ min: -1, max: 1.5 }, { min: 0 }, { max: 0.25 }, {}].flatMap(({ min, max }) =>
    unary(
      (x) => g.clip(x, { min, max }),
      (x) => cut(x, min ?? -Infinity, max ?? Infinity),
    ),
  ),
  relu6: unary(
    (x) => g.relu6(x),
    (x) => cut(x, 0, 6),
    { low: -2, high: 9 },
  ),
};
