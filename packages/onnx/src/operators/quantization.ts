import { normalizeAxis } from '@sensorium/graph/transform';
import type { Shape } from '@sensorium/contracts';
import type { Call } from '../import/call.js';
import { dataTypeOf } from '../read/tensor.js';
import { operators, type BatchRule, type OutputRule, type ShapeRule, type Unknown } from './record.js';
import { firstBatch, rank, samplesBatch, unaryBatch } from './rules/batches.js';
import { dequantized } from './rules/dequantized.js';
import { quantizedTypes } from './rules/quantized-types.js';
import { withoutDefaults } from './rules/rewrites.js';
import {
  ofRank,
  asWideAs,
  broadcasting,
  dtypeOf,
  product,
  sameAsFirst,
  samples,
  shapeOf,
  shaped,
} from './rules/shapes.js';

/** Nothing said, or float32: what half precision was read as. */
const sinceFloats = ['0', '1'];

const quantizedShape: ShapeRule = (call) => ({
  dtype: call.inputs[2] ? dtypeOf(call, 2) : dataTypeOf(call.integer('output_dtype', 2)),
  shape: shapeOf(call),
});

/** The first part, which follows scale and zero of the result, with an axis of which the others are longer. */
function joinedShape(call: Call, unknown: Unknown): Shape | undefined {
  const [shape, axis] = [shapeOf(call, 2), call.integer('axis', 0)];
  if (!shape) return undefined;
  const along = normalizeAxis(axis, shape.length);
  return shape.with(along, unknown(along));
}

/** A tensor in whole numbers, with scale and zero. */
const dynamicQuantizationShape: OutputRule = (call, _, index) => ({
  dtype: index === 1 ? 'float32' : 'uint8',
  shape: index === 0 ? shapeOf(call) : [],
});

/** [..,K] by a packed matrix of `N` columns. */
const packedProduct: ShapeRule = shaped((call, unknown) =>
  ofRank(call, (rank) => asWideAs(call, call.integer('N', 0) || unknown(rank - 1))),
);

/** With one scale, or one for each element of another axis than that of the samples. */
const scalingBatch: BatchRule = firstBatch((call, axis) => {
  if (call.integer('block_size', 0) > 0) return undefined;
  const isOne = (call.operand(1).shape ?? []).every((size) => size === 1);
  return isOne || normalizeAxis(call.integer('axis', 1), rank(call)) !== axis ? axis : undefined;
});

/** Rows of the first factor, of which a second one that is a matrix makes others. */
const rowsBatch = (second: number): BatchRule =>
  firstBatch((call, axis) => (axis < rank(call) - 1 && call.operand(second).shape?.length === 2 ? axis : undefined));

export const quantization = operators({
  'com.microsoft.DynamicQuantizeMatMul': { infer: shaped(product(0, 1)) },
  'com.microsoft.MatMulBnb4': {
    infer: packedProduct,
  },
  'com.microsoft.MatMulFpQ4': {
    infer: packedProduct,
  },
  'com.microsoft.MatMulIntegerToFloat': { infer: shaped(product(0, 1), 2) },
  'com.microsoft.MatMulNBits': {
    infer: packedProduct,
  },
  'com.microsoft.QLinearAdd': { infer: broadcasting(dtypeOf, [0, 3]) },
  'com.microsoft.QLinearConcat': { infer: shaped(joinedShape, 2) },
  'com.microsoft.QLinearGlobalAveragePool': {
    infer: shaped((call) => {
      const shape = shapeOf(call);
      if (!shape) return undefined;
      const channels = call.flag('channels_last') ? shape.length - 1 : 1;
      return shape.map((size, axis) => (axis === 0 || axis === channels ? size : 1));
    }),
  },
  'com.microsoft.QLinearLeakyRelu': { infer: sameAsFirst, batch: unaryBatch },
  'com.microsoft.QLinearMul': { infer: broadcasting(dtypeOf, [0, 3]) },
  'com.microsoft.QLinearSigmoid': { infer: sameAsFirst, batch: unaryBatch },
  'com.microsoft.QLinearSoftmax': { infer: sameAsFirst },
  DequantizeLinear: {
    infer: (call) => ({ dtype: dtypeOf(call, 1), shape: shapeOf(call) }),
    batch: scalingBatch,
    storedWeight: dequantized,
    newer: [19, withoutDefaults({ block_size: ['0'], output_dtype: sinceFloats })],
    since: { attributes: { block_size: 21, output_dtype: 23 }, types: quantizedTypes },
  },
  DynamicQuantizeLinear: { inferEvery: dynamicQuantizationShape },
  MatMulInteger: { infer: shaped(product(0, 1), 'int32'), batch: rowsBatch(1) },
  QLinearConv: {
    infer: (call, unknown) => ({ ...samples(() => shapeOf(call, 3)?.[0])(call, unknown), dtype: dtypeOf(call, 7) }),
    batch: samplesBatch,
  },
  QLinearMatMul: { infer: shaped(product(0, 3), 7), batch: rowsBatch(3) },
  QuantizeLinear: {
    infer: quantizedShape,
    batch: scalingBatch,
    newer: [19, withoutDefaults({ block_size: ['0'], output_dtype: ['0'], saturate: ['1'], precision: sinceFloats })],
    since: { attributes: { block_size: 21, output_dtype: 21, saturate: 19, precision: 23 }, types: quantizedTypes },
  },
});
