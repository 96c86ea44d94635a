import type { SymbolicTensor } from '@sensorium/contracts';
import { shapeError } from '../error.js';
import { defineOperator, single } from '../operator.js';
import { broadcastShapes } from '../shape.js';
import { formatShape, sameShape } from '@sensorium/tensors';
import { constant } from '../value.js';
import { add, cast, div, mul } from './arithmetic.js';
import { and, equal, greater, less, where } from './comparison.js';
import { parametric, unary } from './elementwise.js';
import { sumTo } from './reduction.js';

/** `x` where the condition holds, else 0. Multiplying by the mask takes half the time that Where takes on cpu. */
const only = (condition: SymbolicTensor, x: SymbolicTensor): SymbolicTensor => mul(x, cast(condition, x.dtype));

const leakyReluOperator = parametric('LeakyRelu', ['alpha'], ({ x, upstream }, { alpha }) =>
  where(greater(x, 0), upstream, mul(upstream, alpha)),
);
/** x, and alpha · x where x is negative (Maas et al. 2013): [..] → [..] */
export const leakyRelu = (x: SymbolicTensor, alpha = 0.01): SymbolicTensor => leakyReluOperator(x, { alpha });

const preluOperator = defineOperator('PRelu', {
  shape: ([x, slope]) => {
    if (sameShape(broadcastShapes(x.shape, slope.shape), x.shape)) return x.shape;
    throw shapeError(`a slope ${formatShape(slope.shape)} cannot be broadcast to ${formatShape(x.shape)}`);
  },
  gradient: ({ inputs: [x, slope], upstream }) => [
    where(greater(x, 0), upstream, mul(upstream, slope)),
    sumTo(only(less(x, 0), mul(upstream, x)), slope.shape),
  ],
});
/**
 * x, and slope · x where x is negative (He et al. 2015). The slope is broadcast to x: for images [B,C,H,W] with one slope
 * for each channel it is [C,1,1]. Throws SENSORIUM_SHAPE where it does not broadcast.
 */
export const prelu = (x: SymbolicTensor, slope: SymbolicTensor): SymbolicTensor =>
  single(preluOperator([x, slope], {}));

const eluOperator = parametric('Elu', ['alpha'], ({ x, output, upstream }, { alpha }) =>
  where(greater(x, 0), upstream, mul(upstream, add(output, alpha))),
);
/** x, and alpha · (eˣ − 1) where x is negative (Clevert et al. 2016): [..] → [..], above −alpha. */
export const elu = (x: SymbolicTensor, alpha = 1): SymbolicTensor => eluOperator(x, { alpha });

const seluOperator = parametric('Selu', ['alpha', 'gamma'], ({ x, output, upstream }, { alpha, gamma }) =>
  mul(upstream, where(greater(x, 0), gamma, add(output, alpha * gamma))),
);
/**
 * gamma · x, and gamma · alpha · (eˣ − 1) where x is negative: [..] → [..]. The defaults keep mean 0 and variance 1
 * (Klambauer et al. 2017).
 */
export const selu = (
  x: SymbolicTensor,
  { alpha = 1.6732632423543772, gamma = 1.0507009873554805 }: { alpha?: number; gamma?: number } = {},
): SymbolicTensor => seluOperator(x, { alpha, gamma });

const celuOperator = parametric('Celu', ['alpha'], ({ x, output, upstream }, { alpha }) =>
  where(greater(x, 0), upstream, mul(upstream, add(div(output, alpha), 1))),
);
/** x, and alpha · (exp(x / alpha) − 1) where x is negative (Barron 2017): [..] → [..], above −alpha. Alpha is not 0. */
export const celu = (x: SymbolicTensor, alpha = 1): SymbolicTensor => celuOperator(x, { alpha });

const thresholdedReluOperator = parametric('ThresholdedRelu', ['alpha'], ({ x, upstream }, { alpha }) =>
  only(greater(x, alpha), upstream),
);
/** x where it is above alpha, else 0 (Konda et al. 2015): [..] → [..] */
export const thresholdedRelu = (x: SymbolicTensor, alpha = 1): SymbolicTensor => thresholdedReluOperator(x, { alpha });

const hardSigmoidOperator = parametric('HardSigmoid', ['alpha', 'beta'], ({ output, upstream }, { alpha }) =>
  mul(only(between(output, 0, 1), upstream), alpha),
);
/** alpha · x + beta, cut to 0 … 1 (Courbariaux et al. 2015): [..] → [..] */
export const hardSigmoid = (
  x: SymbolicTensor,
  { alpha = 0.2, beta = 0.5 }: { alpha?: number; beta?: number } = {},
): SymbolicTensor => hardSigmoidOperator(x, { alpha, beta });

/** x · hardSigmoid(x) with the slope 1/6 (Howard et al. 2019): [..] → [..], −0.375 and more. */
export const hardSwish = unary('HardSwish', ({ x, upstream }) =>
  mul(upstream, add(hardSigmoid(x, { alpha: 1 / 6 }), mul(only(between(x, -3, 3), x), 1 / 6))),
);

const between = (x: SymbolicTensor, low: number, high: number): SymbolicTensor => and(greater(x, low), less(x, high));

const clipOperator = defineOperator('Clip', {
  shape: ([x]) => x.shape,
  gradient: ({ inputs: [x], output, upstream }) => [only(equal(x, output), upstream), null, null],
});
/** x, cut to `min` … `max`: [..] → [..]; either may be left out. The gradient is 0 where something was cut. */
export function clip(x: SymbolicTensor, { min, max }: { min?: number; max?: number }): SymbolicTensor {
  const bounds = [min, max].map((bound) => (bound === undefined ? null : constant(bound, x.dtype)));
  return single(clipOperator([x, ...bounds], {}));
}

/** x, cut to 0 … 6 (Krizhevsky 2010): [..] → [..] */
export const relu6 = (x: SymbolicTensor): SymbolicTensor => clip(x, { min: 0, max: 6 });
