import { required, type Shape, type SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import type { Call } from '../import/call.js';
import { operators, type Lowered, type OutputRule, type Unknown } from './record.js';
import { alongLastBatch, broadcastingBatch, unaryBatch } from './rules/batches.js';
import { unary } from './rules/lowering.js';
import { asWideAs, dtypeOf, product, sameAsFirst, shapeOf, shaped } from './rules/shapes.js';

const withBias = (call: Call): SymbolicTensor => {
  const bias = call.optional(1);
  return bias ? g.add(call.x(0), bias) : call.x(0);
};

/** The sum of the first two inputs, and of a bias. */
function residual(call: Call, biasAt: number): SymbolicTensor {
  const [sum, bias] = [g.add(call.x(0), call.x(1)), call.optional(biasAt)];
  return bias ? g.add(sum, bias) : sum;
}

const EPSILON = 1e-12;

/** Beside the result, the sum before it may be asked for; mean and deviation, which stand between them, are none of ours. */
function normalized(call: Call, sum: SymbolicTensor, result: SymbolicTensor): Lowered {
  return call.gives(1) || call.gives(2) ? undefined : [result, sum, sum, sum];
}

function skipLayerNormalization(call: Call): Lowered {
  const sum = residual(call, 4);
  const epsilon = call.float('epsilon', EPSILON);
  return normalized(call, sum, g.layerNormalization(sum, call.x(2), call.optional(3) ?? null, { epsilon }));
}

function skipRmsNormalization(call: Call): Lowered {
  const sum = residual(call, 3);
  const epsilon = call.float('epsilon', EPSILON);
  return normalized(call, sum, g.rmsNormalization(sum, call.x(2), { epsilon }));
}

/** A product of matrices, or stacks of them, that may be transposed. */
function fusedMatMul(call: Call): Lowered {
  if (call.flag('transBatchA') || call.flag('transBatchB')) return undefined;
  const operands = [call.x(0), call.x(1)] as const;
  if (operands.some(({ shape }) => shape.length < 2)) return undefined;
  const [a, b] = [turned(operands[0], call.flag('transA')), turned(operands[1], call.flag('transB'))];
  const alpha = call.float('alpha', 1);
  return alpha === 1 ? g.matmul(a, b) : g.mul(g.matmul(a, b), alpha);
}

const turned = (x: SymbolicTensor, isTransposed: boolean): SymbolicTensor => (isTransposed ? g.transpose(x) : x);

/** Products that may be of transposed matrices. */
function fusedMatMulShape(call: Call, unknown: Unknown): Shape | undefined {
  const [a, b] = [shapeOf(call), shapeOf(call, 1)];
  const shape = product(0, 1)(call, unknown);
  const [rows, columns] = [a?.at(call.flag('transA') ? -1 : -2), b?.at(call.flag('transB') ? -2 : -1)];
  return shape && !call.flag('transBatchA') && !call.flag('transBatchB')
    ? [...shape.slice(0, -2), required(rows, 'the rows'), required(columns, 'the columns')]
    : undefined;
}

/** The result and the sum before it, and between them mean and 1 / deviation. */
const skipNormalizationShape: OutputRule = (call, _, index) =>
  index === 1 || index === 2
    ? { dtype: 'float32', shape: asWideAs(call, 1) }
    : { dtype: dtypeOf(call), shape: shapeOf(call) };

export const microsoft = operators({
  'com.microsoft.BiasAdd': { infer: sameAsFirst },
  'com.microsoft.BiasGelu': {
    lower: (call) => g.gelu(withBias(call)),
    infer: sameAsFirst,
    batch: broadcastingBatch,
    weights: [1],
  },
  'com.microsoft.FastGelu': {
    lower: (call) => g.geluTanh(withBias(call)),
    infer: sameAsFirst,
    batch: broadcastingBatch,
    weights: [1],
  },
  'com.microsoft.FusedMatMul': { lower: fusedMatMul, infer: shaped(fusedMatMulShape), weights: [0, 1] },
  'com.microsoft.Gelu': { lower: unary(g.gelu), infer: sameAsFirst, batch: unaryBatch },
  'com.microsoft.GroupNorm': { infer: sameAsFirst },
  'com.microsoft.Inverse': { infer: sameAsFirst },
  'com.microsoft.QuickGelu': {
    lower: (call) => g.mul(call.x(0), g.sigmoid(g.mul(call.x(0), call.float('alpha', 1.702)))),
    infer: sameAsFirst,
    batch: unaryBatch,
  },
  'com.microsoft.SkipGroupNorm': { infer: sameAsFirst },
  'com.microsoft.SkipLayerNormalization': {
    lower: skipLayerNormalization,
    inferEvery: skipNormalizationShape,
    batch: alongLastBatch,
    weights: [2, 3, 4],
  },
  'com.microsoft.SkipSimplifiedLayerNormalization': {
    lower: skipRmsNormalization,
    inferEvery: skipNormalizationShape,
    batch: alongLastBatch,
    weights: [2, 3],
  },
  'com.microsoft.Trilu': { infer: sameAsFirst },
});
