import { add, div, mul, neg, sqrt, square, sub } from './arithmetic.js';
import { unary } from './elementwise.js';

/** Tangent of radians: [..] → [..] */
export const tan = unary('Tan', ({ output, upstream }) => mul(upstream, add(square(output), 1)));
/** Arcsine of −1 … 1: [..] → [..], −π/2 … π/2. */
export const asin = unary('Asin', ({ x, upstream }) => div(upstream, sqrt(sub(1, square(x)))));
/** Arccosine of −1 … 1: [..] → [..], 0 … π. */
export const acos = unary('Acos', ({ x, upstream }) => neg(div(upstream, sqrt(sub(1, square(x))))));
/** Arctangent: [..] → [..], −π/2 … π/2. */
export const atan = unary('Atan', ({ x, upstream }) => div(upstream, add(square(x), 1)));
/** Hyperbolic sine: [..] → [..] */
export const sinh = unary('Sinh', ({ x, upstream }) => mul(upstream, cosh(x)));
/** Hyperbolic cosine: [..] → [..], 1 and more. */
export const cosh = unary('Cosh', ({ x, upstream }) => mul(upstream, sinh(x)));
/** Inverse hyperbolic sine: [..] → [..] */
export const asinh = unary('Asinh', ({ x, upstream }) => div(upstream, sqrt(add(square(x), 1))));
/** Inverse hyperbolic cosine of 1 and more: [..] → [..], 0 and more. */
export const acosh = unary('Acosh', ({ x, upstream }) => div(upstream, sqrt(sub(square(x), 1))));
/** Inverse hyperbolic tangent of what lies between −1 and 1: [..] → [..] */
export const atanh = unary('Atanh', ({ x, upstream }) => div(upstream, sub(1, square(x))));
