import type { DataType } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { TensorProto_DataType } from '@sensorium/graph/protobuf';
import { broadcast } from '../import/fold-arrays.js';
import { dataTypeOf } from '../read/tensor.js';
import { operators } from './record.js';
import { broadcastingBatch, unaryBatch } from './rules/batches.js';
import { binaryFold, isEqual, onNumbers, unaryFold, whole } from './rules/folding.js';
import { binary, unary } from './rules/lowering.js';
import { broadcasting, dtypeOf, sameAsFirst, shapeOf } from './rules/shapes.js';

const truth = (): DataType => 'bool';

export const logic = operators({
  And: {
    lower: binary(g.and),
    infer: broadcasting(truth),
    batch: broadcastingBatch,
    fold: binaryFold(onNumbers((a, b) => a * b)),
  },
  BitCast: {
    infer: (call) => ({ dtype: dataTypeOf(call.integer('to', 0)), shape: shapeOf(call) }),
    since: { operator: 26 },
  },
  BitShift: { infer: broadcasting(), batch: broadcastingBatch },
  BitwiseAnd: { infer: broadcasting(), since: { operator: 18 } },
  BitwiseNot: { infer: sameAsFirst, since: { operator: 18 } },
  BitwiseOr: { infer: broadcasting(), since: { operator: 18 } },
  BitwiseXor: { infer: broadcasting(), since: { operator: 18 } },
  Equal: {
    lower: binary(g.equal),
    infer: broadcasting(truth),
    batch: broadcastingBatch,
    fold: binaryFold(isEqual, 'bool'),
    since: { types: new Map([[TensorProto_DataType.STRING, 19]]) },
  },
  Greater: {
    lower: binary(g.greater),
    infer: broadcasting(truth),
    batch: broadcastingBatch,
    fold: binaryFold(
      onNumbers((a, b) => a > b),
      'bool',
    ),
  },
  GreaterOrEqual: {
    lower: binary(g.greaterOrEqual),
    infer: broadcasting(truth),
    batch: broadcastingBatch,
    fold: binaryFold(
      onNumbers((a, b) => a >= b),
      'bool',
    ),
  },
  IsInf: { infer: (call) => ({ dtype: 'bool', shape: shapeOf(call) }), batch: unaryBatch },
  IsNaN: { lower: unary(g.isNaN), infer: (call) => ({ dtype: 'bool', shape: shapeOf(call) }), batch: unaryBatch },
  Less: {
    lower: binary(g.less),
    infer: broadcasting(truth),
    batch: broadcastingBatch,
    fold: binaryFold(
      onNumbers((a, b) => a < b),
      'bool',
    ),
  },
  LessOrEqual: {
    lower: binary(g.lessOrEqual),
    infer: broadcasting(truth),
    batch: broadcastingBatch,
    fold: binaryFold(
      onNumbers((a, b) => a <= b),
      'bool',
    ),
  },
  Not: { lower: unary(g.not), infer: sameAsFirst, batch: unaryBatch, fold: unaryFold((a) => Number(a === 0)) },
  Or: {
    lower: binary(g.or),
    infer: broadcasting(truth),
    batch: broadcastingBatch,
    fold: binaryFold(onNumbers((a, b) => Math.max(a, b))),
  },
  Where: {
    lower: (call) => g.where(call.x(0), call.x(1), call.x(2)),
    infer: broadcasting((call) => dtypeOf(call, 1)),
    batch: broadcastingBatch,
    fold(_, condition, [a, b]) {
      if (!a || !b) return undefined;
      return whole(broadcast(a.dtype, [condition, a, b], ([choice, yes, no]) => (choice ? yes : no)));
    },
  },
  Xor: {
    lower: binary(g.xor),
    infer: broadcasting(truth),
    batch: broadcastingBatch,
    fold: binaryFold(onNumbers((a, b) => a !== b)),
  },
});
