import type { DataType, SymbolicTensor } from '@sensorium/contracts';
import { dtypeError } from '../error.js';
import { elementTypes } from '../element-types.js';
import { defineOperator, single } from '../operator.js';
import { broadcastShapes } from '../shape.js';
import { constant } from '../value.js';
import { greater, greaterOrEqual, less, where } from './comparison.js';
import { binary, sameType, unary, type Operand } from './elementwise.js';

/**
 * a + b, broadcast: [..] of one element type, or a number. Throws SENSORIUM_SHAPE where shapes do not broadcast, and
 * SENSORIUM_DTYPE for two element types, as all operators of two operands do.
 */
export const add = binary('Add', ({ upstream }) => [upstream, upstream]);
/** a − b, broadcast. Errors as in `add`. */
export const sub = binary('Sub', ({ upstream }) => [upstream, neg(upstream)]);
/** a · b, element by element, broadcast. Errors as in `add`. */
export const mul = binary('Mul', ({ a, b, upstream }) => [mul(upstream, b), mul(upstream, a)]);
/** a / b, broadcast; whole numbers are cut towards 0. Errors as in `add`. */
export const div = binary('Div', ({ b, output, upstream }) => {
  const scaled = div(upstream, b);
  return [scaled, neg(mul(scaled, output))];
});
/** The larger one, broadcast. The gradient of equal elements goes to the first. Errors as in `add`. */
export const maximum = binary('Max', ({ a, b, upstream }) => [
  where(greaterOrEqual(a, b), upstream, 0),
  where(less(a, b), upstream, 0),
]);
/** The smaller one, broadcast. The gradient of equal elements goes to the first. Errors as in `add`. */
export const minimum = binary('Min', ({ a, b, upstream }) => [
  where(greaterOrEqual(b, a), upstream, 0),
  where(less(b, a), upstream, 0),
]);

/** −x: [..] → [..] */
export const neg = unary('Neg', ({ upstream }) => neg(upstream));
/** eˣ: [..] → [..], above 0. */
export const exp = unary('Exp', ({ output, upstream }) => mul(upstream, output));
/** ln x of positive numbers: [..] → [..] */
export const log = unary('Log', ({ x, upstream }) => div(upstream, x));
/** √x of numbers that are not negative: [..] → [..]. The gradient at 0 is not finite. */
export const sqrt = unary('Sqrt', ({ output, upstream }) => div(mul(upstream, 0.5), output));
/** |x|: [..] → [..]. The gradient at 0 is 0. */
export const abs = unary('Abs', ({ x, upstream }) => mul(upstream, sign(x)));
/** −1, 0 or 1: [..] → [..]. The gradient is 0. */
export const sign = unary('Sign', () => null);
/** Cosine of radians: [..] → [..], −1 … 1. */
export const cos = unary('Cos', ({ x, upstream }) => neg(mul(upstream, sin(x))));
/** Sine of radians: [..] → [..], −1 … 1. */
export const sin = unary('Sin', ({ x, upstream }) => mul(upstream, cos(x)));
/** x²: [..] → [..] */
export const square = (x: SymbolicTensor): SymbolicTensor => mul(x, x);
/** 1 / x: [..] → [..] */
export const reciprocal = unary('Reciprocal', ({ output, upstream }) => neg(mul(upstream, square(output))));
/** The next whole number towards −∞: [..] → [..]. The gradient is 0. */
export const floor = unary('Floor', () => null);
/** The next whole number towards ∞: [..] → [..]. The gradient is 0. */
export const ceil = unary('Ceil', () => null);
/** The nearest whole number, of two the even one: [..] → [..]. The gradient is 0. */
export const round = unary('Round', () => null);

const fixedPower = defineOperator<{ $exponent: number }>('Pow', {
  shape: ([x]) => x.shape,
  gradient: ({ inputs: [x], upstream, attributes: { $exponent: n } }) => [mul(upstream, mul(pow(x, n - 1), n)), null],
});
const power = binary('Pow', ({ a, b, output, upstream }) => [
  mul(upstream, mul(b, power(a, sub(b, 1)))),
  mul(upstream, mul(output, log(where(greater(a, 0), a, 1)))),
]);
/**
 * x ** exponent; two tensors broadcast. The gradient of an exponent that is a tensor is 0 where x is not positive:
 * there x ** exponent is no differentiable function of it. Errors as in `add`.
 */
export function pow(x: SymbolicTensor, exponent: Operand): SymbolicTensor {
  if (typeof exponent !== 'number') return power(...withOneWidth(x, exponent));
  if (exponent === 1) return x;
  if (exponent === 2) return square(x);
  return single(fixedPower([x, constant(exponent, x.dtype)], { $exponent: exponent }));
}

/** ONNX Runtime's webgpu has no Pow of tensors that differ in the last axis. */
function withOneWidth(x: SymbolicTensor, exponent: SymbolicTensor): [SymbolicTensor, SymbolicTensor] {
  const [width, other] = [x.shape.at(-1), exponent.shape.at(-1)];
  if (width === undefined || other === undefined || width === other) return [x, exponent];
  const always = constant(1, 'bool');
  return [where(always, x, exponent), where(always, exponent, x)];
}

const modOperator = defineOperator<{ fmod: number }>('Mod', {
  attributes: { fmod: 'int' },
  shape: ([a, b]) => broadcastShapes(a.shape, b.shape),
});
/**
 * What is left of a / b, broadcast, with the sign of a if `truncate` (the only way for floats, and there the default),
 * else with the sign of b. Not differentiable. Throws SENSORIUM_DTYPE for floats without `truncate`; other errors as in
 * `add`.
 */
export function mod(a: Operand, b: Operand, { truncate }: { truncate?: boolean } = {}): SymbolicTensor {
  const operands = sameType('Mod', a, b);
  if (truncate === false && isFloat(operands[0])) {
    throw dtypeError(
      `Mod of ${operands[0].dtype} with the sign of the divisor`,
      'Use sub(a, mul(floor(div(a, b)), b)).',
    );
  }
  return single(modOperator(operands, { fmod: Number(truncate ?? isFloat(operands[0])) }));
}

const castOperator = defineOperator<{ to: number; $dtype: DataType }>('Cast', {
  attributes: { to: 'int' },
  dtype: (_, { $dtype }) => $dtype,
  shape: ([x]) => x.shape,
  gradient: ({ inputs: [x], output, upstream }) => [isFloat(x) && isFloat(output) ? cast(upstream, x.dtype) : null],
});
/**
 * The same numbers as another element type: [..] → [..]. To bool: whether not 0. Gradients pass between floats alone.
 */
export function cast(x: SymbolicTensor, dtype: DataType): SymbolicTensor {
  return x.dtype === dtype ? x : single(castOperator([x], { to: elementTypes[dtype], $dtype: dtype }));
}

const isFloat = ({ dtype }: SymbolicTensor): boolean => dtype.startsWith('float');
