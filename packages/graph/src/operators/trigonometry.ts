import { add, div, mul, neg, sqrt, square, sub } from './arithmetic.js';
import { unary } from './elementwise.js';

export const tan = unary('Tan', ({ output, upstream }) => mul(upstream, add(square(output), 1)));
/** −1 … 1 → −π/2 … π/2 */
export const asin = unary('Asin', ({ x, upstream }) => div(upstream, sqrt(sub(1, square(x)))));
/** −1 … 1 → 0 … π */
export const acos = unary('Acos', ({ x, upstream }) => neg(div(upstream, sqrt(sub(1, square(x))))));
export const atan = unary('Atan', ({ x, upstream }) => div(upstream, add(square(x), 1)));
export const sinh = unary('Sinh', ({ x, upstream }) => mul(upstream, cosh(x)));
export const cosh = unary('Cosh', ({ x, upstream }) => mul(upstream, sinh(x)));
export const asinh = unary('Asinh', ({ x, upstream }) => div(upstream, sqrt(add(square(x), 1))));
/** Of 1 and more. */
export const acosh = unary('Acosh', ({ x, upstream }) => div(upstream, sqrt(sub(square(x), 1))));
/** Between −1 and 1. */
export const atanh = unary('Atanh', ({ x, upstream }) => div(upstream, sub(1, square(x))));
