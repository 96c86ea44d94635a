import type { SymbolicTensor } from '@sensorium/contracts';
import { defineOperator, single } from '../operator.js';
import { normalizeAxis } from '../shape.js';
import { constant } from '../value.js';
import { abs, add, cast, div, exp, mul, neg, square, sub } from './arithmetic.js';
import { unary } from './elementwise.js';
import { sum } from './reduction.js';

/** max(0, x): [..] → [..], 0 and more. The gradient at 0 is 0. */
// On cpu, Where takes twice the time of multiplying by this mask, and Sign three times that.
export const relu = unary('Relu', ({ output, upstream }) => mul(upstream, cast(cast(output, 'bool'), output.dtype)));
/** Hyperbolic tangent: [..] → [..], −1 … 1. */
export const tanh = unary('Tanh', ({ output, upstream }) => mul(upstream, sub(1, mul(output, output))));
/** 1 / (1 + e⁻ˣ): [..] → [..], 0 … 1. */
export const sigmoid = unary('Sigmoid', ({ output, upstream }) => mul(upstream, mul(output, sub(1, output))));
/** 2/√π ∫ exp(−t²) from 0 to x: [..] → [..], −1 … 1. */
export const erf = unary('Erf', ({ x, upstream }) => mul(upstream, mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI))));
/** ln(1 + eˣ): [..] → [..], above 0. */
export const softplus = unary('Softplus', ({ x, upstream }) => mul(upstream, sigmoid(x)));

// Takes x and 1 + erf(x/√2), which is itself made of x: the gradient of x is that of both, and of the half that follows.
const twiceGelu = defineOperator('Mul', {
  shape: ([x]) => x.shape,
  gradient: ({ inputs: [x], upstream }) => [mul(upstream, geluSlope(x)), null],
});
const halfOfTwiceGelu = defineOperator('Mul', {
  shape: ([x]) => x.shape,
  gradient: ({ upstream }) => [upstream, null],
});
/** ½ (1 + erf(u)) + u exp(−u²) / √π, u = x/√2. From x alone, so that training keeps nothing else, and with few operators. */
function geluSlope(x: SymbolicTensor): SymbolicTensor {
  const u = mul(x, Math.SQRT1_2);
  const bell = exp(sub(-0.5 * Math.log(Math.PI), square(u)));
  return add(mul(u, bell), mul(add(erf(u), 1), 0.5));
}
/** x · Φ(x), exact (Hendrycks & Gimpel 2016): [..] → [..], −0.17 and more. */
// In just this form ONNX Runtime makes one operator of it.
export function gelu(x: SymbolicTensor): SymbolicTensor {
  const twice = single(twiceGelu([x, add(erf(div(x, Math.SQRT2)), 1)], {}));
  return single(halfOfTwiceGelu([twice, constant(0.5, x.dtype)], {}));
}
/** x · σ(x) (Ramachandran et al. 2017): [..] → [..], −0.28 and more. */
export const silu = (x: SymbolicTensor): SymbolicTensor => mul(x, sigmoid(x));
/** `gelu` by its approximation with tanh, as BERT and GPT-2 compute it: [..] → [..]. */
export const geluTanh = (x: SymbolicTensor): SymbolicTensor => {
  const inner = mul(add(x, mul(mul(square(x), x), 0.044715)), Math.sqrt(2 / Math.PI));
  return mul(mul(x, 0.5), add(tanh(inner), 1));
};
/** x · tanh(softplus(x)) (Misra 2019): [..] → [..], −0.31 and more. */
export const mish = (x: SymbolicTensor): SymbolicTensor => mul(x, tanh(softplus(x)));
/** x / (1 + |x|): [..] → [..], −1 … 1. */
export const softsign = unary('Softsign', ({ output, upstream }) => mul(upstream, square(sub(1, abs(output)))));

const softmaxOperator = defineOperator<{ axis: number }>('Softmax', {
  attributes: { axis: 'int' },
  shape: ([x]) => x.shape,
  gradient: ({ output, upstream, attributes: { axis } }) => {
    const weighted = mul(upstream, output);
    return [sub(weighted, mul(output, sum(weighted, [axis], { keep: true })))];
  },
});
/**
 * eˣ / Σ eˣ over one axis, default the last: [..] → [..], 0 … 1, of sum 1. Throws SENSORIUM_SHAPE where there is no
 * such axis.
 */
export const softmax = (x: SymbolicTensor, axis = -1): SymbolicTensor =>
  single(softmaxOperator([x], { axis: normalizeAxis(axis, x.shape.length) }));

const logSoftmaxOperator = defineOperator<{ axis: number }>('LogSoftmax', {
  attributes: { axis: 'int' },
  shape: ([x]) => x.shape,
  gradient: ({ output, upstream, attributes: { axis } }) => [
    sub(upstream, mul(exp(output), sum(upstream, [axis], { keep: true }))),
  ],
});
/**
 * x − ln Σ eˣ over one axis, default the last: [..] → [..], at most 0. Throws SENSORIUM_SHAPE where there is no such
 * axis.
 */
export const logSoftmax = (x: SymbolicTensor, axis = -1): SymbolicTensor =>
  single(logSoftmaxOperator([x], { axis: normalizeAxis(axis, x.shape.length) }));
