import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import type { Call } from '../call.js';
import { unary, type Lowered, type Lowerings } from './lowering.js';

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
  const [, mean, inverse] = call.node.output;
  return mean || inverse ? undefined : [result, sum, sum, sum];
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

/** Operators of ONNX Runtime, as its tools leave them in transformers. */
export const microsoft: Lowerings = {
  'com.microsoft.BiasGelu': (call) => g.gelu(withBias(call)),
  'com.microsoft.FastGelu': (call) => g.geluTanh(withBias(call)),
  'com.microsoft.FusedMatMul': fusedMatMul,
  'com.microsoft.Gelu': unary(g.gelu),
  'com.microsoft.QuickGelu': (call) => g.mul(call.x(0), g.sigmoid(g.mul(call.x(0), call.float('alpha', 1.702)))),
  'com.microsoft.SkipLayerNormalization': skipLayerNormalization,
  'com.microsoft.SkipSimplifiedLayerNormalization': skipRmsNormalization,
};
