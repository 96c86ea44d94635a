import type { DataType, Dimension, SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { integerAttribute, makeNode, TensorProto_DataType } from '@sensorium/graph/protobuf';
import { divideDimensions } from '@sensorium/graph/transform';
import { inputName, outputName } from '../import/at.js';
import type { Call } from '../import/call.js';
import { dataTypeOf } from '../read/tensor.js';
import { operators, type Lowering, type OutputRule, type Rewrite } from './record.js';
import { broadcastingBatch, unaryBatch } from './rules/batches.js';
import {
  added,
  asBeforeFold,
  binaryFold,
  multiplied,
  onNumbers,
  rounded,
  sameSize,
  symbolAs,
  unaryFold,
  whole,
  type Entry,
} from './rules/folding.js';
import { binary, isFloat, unary } from './rules/lowering.js';
import { withoutDefaults } from './rules/rewrites.js';
import { broadcasting, dtypeOf, sameAsFirst, shapeOf, shaped } from './rules/shapes.js';

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
const dropout: Lowering = (call) => {
  if (call.inputs[2] && call.scalar(2) !== 0) return undefined;
  const x = call.x(0);
  return call.gives(1) ? [x, g.expandLike(g.constant(1, 'bool'), x)] : x;
};

/** The mask of inference was all zeros, floats first and then bools. */
const withoutMask: Rewrite = (node, { opset, isRead, fresh }) => {
  const [x, mask] = [inputName(node, 0), node.output[1]];
  const identity = makeNode('Identity', [x], [outputName(node, 0)]);
  if (!mask || !isRead(mask)) return [identity];
  if (opset >= 10) return [identity, makeNode('Less', [x, x], [mask])];
  const nothing = fresh(`${mask}/nothing`);
  const cast = makeNode('Cast', [nothing], [mask], [integerAttribute('to', TensorProto_DataType.FLOAT)]);
  return [identity, makeNode('Less', [x, x], [nothing]), cast];
};

/** The result, and what was kept. */
const dropoutShape: OutputRule = (call, _, index) => ({ dtype: index ? 'bool' : dtypeOf(call), shape: shapeOf(call) });

function divided(a: Dimension, b: Dimension, dtype: DataType): Entry {
  if (typeof a !== 'number' || typeof b !== 'number') return divideDimensions(a, b);
  return b === 0 && !dtype.startsWith('float') ? undefined : a / b;
}

const modulo = (call: Call, a: number, b: number): number => (call.flag('fmod') ? a % b : a - b * Math.floor(a / b));

export const arithmetic = operators({
  Abs: { lower: unary(g.abs), infer: sameAsFirst, batch: unaryBatch, fold: unaryFold(Math.abs, sameSize) },
  Add: {
    lower: binary(g.add),
    infer: broadcasting(),
    batch: broadcastingBatch,
    fold: binaryFold(added),
    weights: [0, 1],
  },
  Affine: {},
  Cast: {
    lower: cast,
    infer: (call) => ({ dtype: dataTypeOf(call.integer('to', 0)), shape: shapeOf(call) }),
    batch: unaryBatch,
    fold(call, x) {
      const dtype = dataTypeOf(call.integer('to', 0));
      if (!dtype) return undefined;
      const cast = (entry: Dimension): Entry =>
        typeof entry === 'number' ? rounded(dtype, dtype === 'bool' ? entry !== 0 : entry) : symbolAs(dtype, entry);
      return whole({ ...x, dtype, data: x.data.map(cast) });
    },
    newer: [19, withoutDefaults({ saturate: ['1'], round_mode: ['up'] })],
    since: { attributes: { saturate: 19, round_mode: 24 } },
    passesWeights: 'first',
  },
  CastLike: {
    lower: (call) => g.cast(call.x(0), call.x(1).dtype),
    infer: (call) => ({ dtype: dtypeOf(call, 1), shape: shapeOf(call) }),
    batch: unaryBatch,
    newer: [19, withoutDefaults({ saturate: ['1'], round_mode: ['up'] })],
    since: { attributes: { saturate: 19, round_mode: 24 } },
  },
  Ceil: { lower: unary(g.ceil), infer: sameAsFirst, batch: unaryBatch, fold: unaryFold(Math.ceil, sameSize) },
  Det: { infer: shaped((call) => shapeOf(call)?.slice(0, -2)) },
  Div: { lower: binary(g.div), infer: broadcasting(), batch: broadcastingBatch, fold: binaryFold(divided) },
  Dropout: {
    lower: dropout,
    inferEvery: dropoutShape,
    batch: unaryBatch,
    older: [12, withoutMask],
  },
  Erf: { lower: unary(g.erf), infer: sameAsFirst, batch: unaryBatch },
  Exp: { lower: unary(g.exp), infer: sameAsFirst, batch: unaryBatch },
  Floor: { lower: unary(g.floor), infer: sameAsFirst, batch: unaryBatch, fold: unaryFold(Math.floor, sameSize) },
  Identity: {
    lower: unary((x) => x),
    infer: sameAsFirst,
    batch: unaryBatch,
    fold: asBeforeFold,
    passesWeights: 'first',
  },
  ImageScaler: {},
  Log: { lower: unary(g.log), infer: sameAsFirst, batch: unaryBatch },
  Max: {
    lower: variadic(g.maximum),
    infer: broadcasting(),
    batch: broadcastingBatch,
    fold: binaryFold(onNumbers(Math.max)),
  },
  Mean: {
    lower: (call) => {
      const total = variadic(g.add)(call, undefined) as SymbolicTensor;
      return g.div(total, call.given.length);
    },
    infer: broadcasting(),
    batch: broadcastingBatch,
  },
  Min: {
    lower: variadic(g.minimum),
    infer: broadcasting(),
    batch: broadcastingBatch,
    fold: binaryFold(onNumbers(Math.min)),
  },
  Mod: {
    lower: (call) => g.mod(call.x(0), call.x(1), { truncate: call.flag('fmod') }),
    infer: broadcasting(),
    batch: broadcastingBatch,
    fold: (call, first, others) => binaryFold(onNumbers((a, b) => modulo(call, a, b)))(call, first, others),
  },
  Mul: {
    lower: binary(g.mul),
    infer: broadcasting(),
    batch: broadcastingBatch,
    fold: binaryFold(multiplied),
    weights: [0, 1],
  },
  Neg: { lower: unary(g.neg), infer: sameAsFirst, batch: unaryBatch, fold: unaryFold((a) => -a) },
  Pow: { lower: power, infer: broadcasting(), batch: broadcastingBatch, fold: binaryFold(onNumbers((a, b) => a ** b)) },
  Reciprocal: { lower: unary(g.reciprocal), infer: sameAsFirst, batch: unaryBatch },
  Round: { lower: unary(g.round), infer: sameAsFirst, batch: unaryBatch },
  Scale: {},
  Sign: { lower: unary(g.sign), infer: sameAsFirst, batch: unaryBatch },
  Sqrt: { lower: unary(g.sqrt), infer: sameAsFirst, batch: unaryBatch, fold: unaryFold(Math.sqrt) },
  Sub: {
    lower: binary(g.sub),
    infer: broadcasting(),
    batch: broadcastingBatch,
    fold: binaryFold((a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : b === 0 ? a : undefined)),
  },
  Sum: { lower: variadic(g.add), infer: broadcasting(), batch: broadcastingBatch },
});
