import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '../../../operators/index.js';
import { dataTypeOf } from '../../read/tensor.js';
import type { Call } from '../call.js';
import { isFloat, type Lowering, type Lowerings } from './lowering.js';

const unary =
  (operator: (x: SymbolicTensor) => SymbolicTensor): Lowering =>
  (call) =>
    operator(call.x(0));

const binary =
  (operator: (a: SymbolicTensor, b: SymbolicTensor) => SymbolicTensor): Lowering =>
  (call) =>
    operator(call.x(0), call.x(1));

/** Any number of inputs, joined from the left. */
const variadic =
  (operator: (a: SymbolicTensor, b: SymbolicTensor) => SymbolicTensor): Lowering =>
  ({ given }) =>
    given.slice(1).reduce<SymbolicTensor | undefined>((a, b) => a && operator(a, b), given[0]);

function clip(call: Call): SymbolicTensor {
  const [low, high] = [call.optional(1), call.optional(2)];
  const raised = low ? g.maximum(call.x(0), low) : call.x(0);
  return high ? g.minimum(raised, high) : raised;
}

function power(call: Call): SymbolicTensor | undefined {
  const [x, exponent] = [call.x(0), call.scalar(1)];
  if (exponent === undefined || !isFloat(x) || call.x(1).shape.length > x.shape.length) return undefined;
  return g.pow(x, exponent);
}

function cast(call: Call): SymbolicTensor | undefined {
  const dtype = dataTypeOf(call.integer('to', 0));
  return dtype && g.cast(call.x(0), dtype);
}

/** Nothing is dropped, unless the node says that it is for training. */
const dropout: Lowering = (call) => (call.inputs[2] && call.scalar(2) !== 0 ? undefined : call.x(0));

export const elementwise: Lowerings = {
  Abs: unary(g.abs),
  Add: binary(g.add),
  Cast: cast,
  Clip: clip,
  Cos: unary(g.cos),
  Div: binary(g.div),
  Dropout: dropout,
  Equal: binary(g.equal),
  Erf: unary(g.erf),
  Exp: unary(g.exp),
  Gelu: (call) => (call.text('approximate', 'none') === 'none' ? g.gelu(call.x(0)) : undefined),
  Greater: binary(g.greater),
  GreaterOrEqual: binary(g.greaterOrEqual),
  Identity: unary((x) => x),
  Less: binary(g.less),
  LessOrEqual: binary(g.lessOrEqual),
  Log: unary(g.log),
  LogSoftmax: (call) => g.logSoftmax(call.x(0), call.integer('axis', -1)),
  Max: variadic(g.maximum),
  Mean: (call) => {
    const total = variadic(g.add)(call, undefined) as SymbolicTensor;
    return g.div(total, call.given.length);
  },
  Min: variadic(g.minimum),
  Mish: unary((x) => g.mul(x, g.tanh(g.softplus(x)))),
  Mul: binary(g.mul),
  Neg: unary(g.neg),
  Not: unary(g.not),
  Pow: power,
  Relu: unary(g.relu),
  Sigmoid: unary(g.sigmoid),
  Sign: unary(g.sign),
  Sin: unary(g.sin),
  Softmax: (call) => g.softmax(call.x(0), call.integer('axis', -1)),
  Softplus: unary(g.softplus),
  Sqrt: unary(g.sqrt),
  Sub: binary(g.sub),
  Sum: variadic(g.add),
  Tanh: unary(g.tanh),
  Where: (call) => g.where(call.x(0), call.x(1), call.x(2)),
};
