import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { dataTypeOf } from '../../read/tensor.js';
import type { Call } from '../call.js';
import { binary, isFloat, unary, type Lowering, type Lowerings } from './lowering.js';

/** Any number of inputs, joined from the left. */
const variadic =
  (operator: (a: SymbolicTensor, b: SymbolicTensor) => SymbolicTensor): Lowering =>
  ({ given }) =>
    given.slice(1).reduce<SymbolicTensor | undefined>((a, b) => a && operator(a, b), given[0]);

/** The result has the type of the base, whatever that of the exponent is. */
function power(call: Call): SymbolicTensor | undefined {
  const [x, exponent, known] = [call.x(0), call.x(1), call.scalar(1)];
  if (isFloat(x)) {
    const isScalar = known !== undefined && exponent.shape.length <= x.shape.length;
    return g.pow(x, isScalar ? known : g.cast(exponent, x.dtype));
  }
  return x.dtype === exponent.dtype ? g.pow(x, exponent) : undefined;
}

function cast(call: Call): SymbolicTensor | undefined {
  const dtype = dataTypeOf(call.integer('to', 0));
  return dtype && g.cast(call.x(0), dtype);
}

/** Nothing is dropped, unless the node says that it is for training. */
const dropout: Lowering = (call) => (call.inputs[2] && call.scalar(2) !== 0 ? undefined : call.x(0));

/** Operators that work element by element, but activations. */
export const elementwise: Lowerings = {
  Abs: unary(g.abs),
  Acos: unary(g.acos),
  Acosh: unary(g.acosh),
  Add: binary(g.add),
  And: binary(g.and),
  Asin: unary(g.asin),
  Asinh: unary(g.asinh),
  Atan: unary(g.atan),
  Atanh: unary(g.atanh),
  Cast: cast,
  CastLike: (call) => g.cast(call.x(0), call.x(1).dtype),
  Ceil: unary(g.ceil),
  Cos: unary(g.cos),
  Cosh: unary(g.cosh),
  Div: binary(g.div),
  Dropout: dropout,
  Equal: binary(g.equal),
  Erf: unary(g.erf),
  Exp: unary(g.exp),
  Floor: unary(g.floor),
  Greater: binary(g.greater),
  GreaterOrEqual: binary(g.greaterOrEqual),
  Identity: unary((x) => x),
  IsNaN: unary(g.isNaN),
  Less: binary(g.less),
  LessOrEqual: binary(g.lessOrEqual),
  Log: unary(g.log),
  Max: variadic(g.maximum),
  Mean: (call) => {
    const total = variadic(g.add)(call, undefined) as SymbolicTensor;
    return g.div(total, call.given.length);
  },
  Min: variadic(g.minimum),
  Mod: (call) => g.mod(call.x(0), call.x(1), { truncate: call.flag('fmod') }),
  Mul: binary(g.mul),
  Neg: unary(g.neg),
  Not: unary(g.not),
  Or: binary(g.or),
  Pow: power,
  Reciprocal: unary(g.reciprocal),
  Round: unary(g.round),
  Sign: unary(g.sign),
  Sin: unary(g.sin),
  Sinh: unary(g.sinh),
  Sqrt: unary(g.sqrt),
  Sub: binary(g.sub),
  Sum: variadic(g.add),
  Tan: unary(g.tan),
  Where: (call) => g.where(call.x(0), call.x(1), call.x(2)),
  Xor: binary(g.xor),
};
