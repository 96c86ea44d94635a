import type { DataType, SymbolicTensor } from '@sensorium/contracts';
import { dtypeError } from '../error.js';
import { defineOperator, operatorOf, single, type Operator } from '../operator.js';
import { broadcastShapes } from '../shape.js';
import { constant, type Value } from '../value.js';
import { sumTo } from './reduction.js';

/** A symbol, or a number that takes the other operand's element type. */
export type Operand = SymbolicTensor | number;

type Empty = Record<never, never>;

interface UnaryGradient {
  readonly x: Value;
  readonly output: Value;
  readonly upstream: SymbolicTensor;
}

/** Element-wise on one tensor. A gradient of null is 0. */
export function unary(
  type: string,
  gradient: (context: UnaryGradient) => SymbolicTensor | null,
): (x: SymbolicTensor) => SymbolicTensor {
  const operator = defineOperator(type, {
    shape: ([x]) => x.shape,
    gradient: ({ inputs: [x], output, upstream }) => [gradient({ x, output, upstream })],
  });
  return (x) => single(operator([x], {}));
}

/** Element-wise on one tensor, with attributes of ONNX, all of them floats, which the gradient reads too. */
export function parametric<Name extends string>(
  type: string,
  names: readonly Name[],
  gradient: (context: UnaryGradient, attributes: Readonly<Record<Name, number>>) => SymbolicTensor | null,
): (x: SymbolicTensor, attributes: Readonly<Record<Name, number>>) => SymbolicTensor {
  const operator = operatorOf<Readonly<Record<Name, number>>>({
    type,
    domain: '',
    attributes: Object.fromEntries(names.map((name) => [name, 'float' as const])),
    infer: ([{ dtype, shape }]) => [{ dtype, shape }],
    gradient: ({ inputs: [x], output, upstream, attributes }) => [gradient({ x, output, upstream }, attributes)],
  });
  return (x, attributes) => single(operator([x], attributes));
}

interface BinaryGradient {
  readonly a: Value;
  readonly b: Value;
  readonly output: Value;
  readonly upstream: SymbolicTensor;
}

/** Element-wise on two tensors, with broadcasting; gradients are summed back to each operand's shape. */
export function binary(
  type: string,
  gradient: (context: BinaryGradient) => readonly [SymbolicTensor, SymbolicTensor],
): (a: Operand, b: Operand) => SymbolicTensor {
  const operator = defineOperator(type, {
    shape: ([a, b]) => broadcastShapes(a.shape, b.shape),
    gradient: ({ inputs: [a, b], output, upstream }) => {
      const [left, right] = gradient({ a, b, output, upstream });
      return [sumTo(left, a.shape), sumTo(right, b.shape)];
    },
  });
  return (a, b) => applyBinary(operator, a, b);
}

export function applyBinary(operator: Operator<Empty>, a: Operand, b: Operand): SymbolicTensor {
  return single(operator(sameType(operator.definition.type, a, b), {}));
}

/** Both operands as symbols of one element type. */
export function sameType(type: string, a: Operand, b: Operand): [SymbolicTensor, SymbolicTensor] {
  const dtype = typeof a !== 'number' ? a.dtype : typeof b !== 'number' ? b.dtype : 'float32';
  const [left, right] = [toSymbol(a, dtype), toSymbol(b, dtype)];
  if (left.dtype !== right.dtype) {
    throw dtypeError(`${type} of ${left.dtype} and ${right.dtype}`, 'Use cast() on one of them.');
  }
  return [left, right];
}

function toSymbol(operand: Operand, dtype: DataType): SymbolicTensor {
  return typeof operand === 'number' ? constant(operand, dtype) : operand;
}
