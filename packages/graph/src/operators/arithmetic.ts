import type { DataType, SymbolicTensor } from '@sensorium/contracts';
import { SensoriumError } from '@sensorium/contracts';
import { defineOperator, single, type GradientContext, type Operator } from '../operator.js';
import { broadcastShapes } from '../shape.js';
import { constant, valueOf } from '../value.js';
import { greaterOrEqual, less, where } from './comparison.js';
import { sumTo } from './reduction.js';

/** A symbol, or a number that takes the other operand's element type. */
export type Operand = SymbolicTensor | number;

type Empty = Record<never, never>;
type Gradient = (context: GradientContext<Empty>) => readonly (SymbolicTensor | null)[];

/** Element-wise on one tensor. */
export function unary(type: string, gradient: (context: GradientContext<Empty>) => SymbolicTensor): (x: SymbolicTensor) => SymbolicTensor {
  const operator = defineOperator(type, { shape: ([x]) => x?.shape ?? [], gradient: (context) => [gradient(context)] });
  return (x) => single(operator([x], {}));
}

/** Element-wise on two tensors, with broadcasting; gradients are summed back to each operand's shape. */
function binary(type: string, gradient: Gradient): (a: Operand, b: Operand) => SymbolicTensor {
  const operator = defineOperator(type, {
    shape: ([a, b]) => broadcastShapes(a?.shape ?? [], b?.shape ?? []),
    gradient: (context) =>
      gradient(context).map((g, index) => {
        const input = context.inputs[index];
        return g && input ? sumTo(g, input.shape) : null;
      }),
  });
  return (a, b) => applyBinary(operator, a, b);
}

export function applyBinary(operator: Operator<Empty>, a: Operand, b: Operand): SymbolicTensor {
  const dtype = typeof a === 'number' ? (typeof b === 'number' ? 'float32' : b.dtype) : a.dtype;
  const [left, right] = [toSymbol(a, dtype), toSymbol(b, dtype)];
  if (left.dtype !== right.dtype) {
    throw new SensoriumError({
      code: 'SENSORIUM_DTYPE',
      message: `${operator.definition.type} of ${left.dtype} and ${right.dtype}`,
      hint: 'Use cast() on one of them.',
    });
  }
  return single(operator([left, right], {}));
}

export function toSymbol(operand: Operand, dtype: DataType = 'float32'): SymbolicTensor {
  return typeof operand === 'number' ? constant(operand, dtype) : operand;
}

export const add = binary('Add', ({ upstream }) => [upstream, upstream]);
export const sub = binary('Sub', ({ upstream }) => [upstream, neg(upstream)]);
export const mul = binary('Mul', ({ inputs: [a, b], upstream }) => [b ? mul(upstream, b) : null, a ? mul(upstream, a) : null]);
export const div = binary('Div', ({ inputs: [, b], output, upstream }) => {
  if (!b) return [];
  const scaled = div(upstream, b);
  return [scaled, neg(mul(scaled, output))];
});
/** The gradient of equal elements goes to the first. */
export const maximum = binary('Max', ({ inputs: [a, b], upstream }) =>
  a && b ? [where(greaterOrEqual(a, b), upstream, 0), where(less(a, b), upstream, 0)] : [],
);
/** The gradient of equal elements goes to the first. */
export const minimum = binary('Min', ({ inputs: [a, b], upstream }) =>
  a && b ? [where(greaterOrEqual(b, a), upstream, 0), where(less(b, a), upstream, 0)] : [],
);

const powOperator = defineOperator<{ $exponent: number }>('Pow', {
  shape: ([x]) => x?.shape ?? [],
  gradient: ({ inputs: [x], upstream, attributes: { $exponent: n } }) =>
    x ? [mul(upstream, mul(pow(x, n - 1), n)), null] : [],
});
/** x ** exponent, for a constant exponent. */
export const pow = (x: SymbolicTensor, exponent: number): SymbolicTensor =>
  single(powOperator([x, constant(exponent, x.dtype)], { $exponent: exponent }));

export const neg = unary('Neg', ({ upstream }) => neg(upstream));
export const exp = unary('Exp', ({ output, upstream }) => mul(upstream, output));
export const log = unary('Log', ({ inputs: [x], upstream }) => (x ? div(upstream, x) : upstream));
export const sqrt = unary('Sqrt', ({ output, upstream }) => div(mul(upstream, 0.5), output));
export const abs = unary('Abs', ({ inputs: [x], upstream }) => (x ? mul(upstream, sign(x)) : upstream));
export const sign = unary('Sign', ({ upstream }) => mul(upstream, 0));
export const cos = unary('Cos', ({ inputs: [x], upstream }) => (x ? neg(mul(upstream, sin(x))) : upstream));
export const sin = unary('Sin', ({ inputs: [x], upstream }) => (x ? mul(upstream, cos(x)) : upstream));
export const square = (x: SymbolicTensor): SymbolicTensor => mul(x, x);

const castOperator = defineOperator<{ to: number; $dtype: DataType }>('Cast', {
  dtype: (_, { $dtype }) => $dtype,
  shape: ([x]) => x?.shape ?? [],
  gradient: ({ inputs: [x], upstream }) => [x?.dtype.startsWith('float') ? cast(upstream, x.dtype) : null],
});
export const onnxTypes: Readonly<Record<DataType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
};
export function cast(x: SymbolicTensor, dtype: DataType): SymbolicTensor {
  return valueOf(x).dtype === dtype ? x : single(castOperator([x], { to: onnxTypes[dtype], $dtype: dtype }));
}
