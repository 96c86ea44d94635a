import type { DataType, SymbolicTensor } from '@sensorium/contracts';
import { elementTypes } from '../onnx/types.js';
import { defineOperator, single } from '../operator.js';
import { constant } from '../value.js';
import { greaterOrEqual, less, where } from './comparison.js';
import { binary, unary } from './elementwise.js';

export const add = binary('Add', ({ upstream }) => [upstream, upstream]);
export const sub = binary('Sub', ({ upstream }) => [upstream, neg(upstream)]);
export const mul = binary('Mul', ({ a, b, upstream }) => [mul(upstream, b), mul(upstream, a)]);
export const div = binary('Div', ({ b, output, upstream }) => {
  const scaled = div(upstream, b);
  return [scaled, neg(mul(scaled, output))];
});
/** The gradient of equal elements goes to the first. */
export const maximum = binary('Max', ({ a, b, upstream }) => [
  where(greaterOrEqual(a, b), upstream, 0),
  where(less(a, b), upstream, 0),
]);
/** The gradient of equal elements goes to the first. */
export const minimum = binary('Min', ({ a, b, upstream }) => [
  where(greaterOrEqual(b, a), upstream, 0),
  where(less(b, a), upstream, 0),
]);

export const neg = unary('Neg', ({ upstream }) => neg(upstream));
export const exp = unary('Exp', ({ output, upstream }) => mul(upstream, output));
export const log = unary('Log', ({ x, upstream }) => div(upstream, x));
export const sqrt = unary('Sqrt', ({ output, upstream }) => div(mul(upstream, 0.5), output));
/** |x|, with the gradient 0 at 0. */
export const abs = unary('Abs', ({ x, upstream }) => mul(upstream, sign(x)));
/** −1, 0 or 1 */
export const sign = unary('Sign', () => null);
export const cos = unary('Cos', ({ x, upstream }) => neg(mul(upstream, sin(x))));
export const sin = unary('Sin', ({ x, upstream }) => mul(upstream, cos(x)));
export const square = (x: SymbolicTensor): SymbolicTensor => mul(x, x);

const powOperator = defineOperator<{ $exponent: number }>('Pow', {
  shape: ([x]) => x.shape,
  gradient: ({ inputs: [x], upstream, attributes: { $exponent: n } }) => [mul(upstream, mul(pow(x, n - 1), n)), null],
});
/** x ** exponent, for a constant exponent. */
export function pow(x: SymbolicTensor, exponent: number): SymbolicTensor {
  if (exponent === 1) return x;
  if (exponent === 2) return square(x);
  return single(powOperator([x, constant(exponent, x.dtype)], { $exponent: exponent }));
}

const castOperator = defineOperator<{ to: number; $dtype: DataType }>('Cast', {
  dtype: (_, { $dtype }) => $dtype,
  shape: ([x]) => x.shape,
  gradient: ({ inputs: [x], output, upstream }) => [isFloat(x) && isFloat(output) ? cast(upstream, x.dtype) : null],
});
/** The same numbers as another element type. To bool: whether not 0. */
export function cast(x: SymbolicTensor, dtype: DataType): SymbolicTensor {
  return x.dtype === dtype ? x : single(castOperator([x], { to: elementTypes[dtype], $dtype: dtype }));
}

const isFloat = ({ dtype }: SymbolicTensor): boolean => dtype.startsWith('float');
