import { inputName } from '../import/at.js';
import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { attributeOf, integerAttribute, makeNode } from '@sensorium/graph/protobuf';
import type { Call } from '../import/call.js';
import { operators, type Lowering, type Rewrite } from './record.js';
import { axisAttributeBatch, broadcastingBatch, unaryBatch } from './rules/batches.js';
import { binary, isFloat, unary } from './rules/lowering.js';
import { toInputs } from './rules/rewrites.js';
import { sameAsFirst } from './rules/shapes.js';

/** With one attribute, `alpha`. */
const withAlpha =
  (operator: (x: SymbolicTensor, alpha: number) => SymbolicTensor, otherwise: number): Lowering =>
  (call) =>
    operator(call.x(0), call.float('alpha', otherwise));

const alongAxis =
  (operator: (x: SymbolicTensor, axis: number) => SymbolicTensor): Lowering =>
  (call) =>
    operator(call.x(0), call.integer('axis', -1));

function clip(call: Call): SymbolicTensor {
  const x = call.x(0);
  const [min, max] = [call.scalar(1), call.scalar(2)];
  const [low, high] = [call.optional(1), call.optional(2)];
  const isKnown = (!low || min !== undefined) && (!high || max !== undefined);
  if (isFloat(x) && isKnown) return g.clip(x, { min, max });
  // Bounds that the graph computes, and whole ones, of which not all are numbers of JavaScript.
  const raised = low ? g.maximum(x, low) : x;
  return high ? g.minimum(raised, high) : raised;
}

/** The softmax was over all axes from `axis` (default 1) on, as one. */
const coercedSoftmax: Rewrite = (node, { fresh }) => {
  const axis = attributeOf(node, 'axis') ?? integerAttribute('axis', 1);
  if (axis.i === -1n) return [node];
  const x = inputName(node, 0);
  const named = (what: string): string => fresh(`${node.output[0]}/${what}`);
  const [shape, flat, result] = [named('shape'), named('flat'), named('result')];
  return [
    makeNode('Shape', [x], [shape]),
    makeNode('Flatten', [x], [flat], [axis]),
    { ...node, input: [flat], output: [result], attribute: [integerAttribute('axis', -1)] },
    makeNode('Reshape', [result, shape], node.output),
  ];
};

export const activation = operators({
  Celu: { lower: withAlpha(g.celu, 1), infer: sameAsFirst, batch: unaryBatch },
  Clip: { lower: clip, infer: sameAsFirst, batch: unaryBatch, older: [11, toInputs('min', 'max')] },
  Elu: { lower: withAlpha(g.elu, 1), infer: sameAsFirst, batch: unaryBatch },
  Gelu: {
    lower: (call) => (call.text('approximate', 'none') === 'tanh' ? g.geluTanh(call.x(0)) : g.gelu(call.x(0))),
    infer: sameAsFirst,
    batch: unaryBatch,
    since: { operator: 20 },
  },
  Hardmax: { infer: sameAsFirst, batch: axisAttributeBatch(-1), older: [13, coercedSoftmax] },
  HardSigmoid: {
    lower: (call) => g.hardSigmoid(call.x(0), { alpha: call.float('alpha', 0.2), beta: call.float('beta', 0.5) }),
    infer: sameAsFirst,
    batch: unaryBatch,
  },
  HardSwish: { lower: unary(g.hardSwish), infer: sameAsFirst, batch: unaryBatch },
  LeakyRelu: { lower: withAlpha(g.leakyRelu, 0.01), infer: sameAsFirst, batch: unaryBatch },
  LogSoftmax: {
    lower: alongAxis(g.logSoftmax),
    infer: sameAsFirst,
    batch: axisAttributeBatch(-1),
    older: [13, coercedSoftmax],
  },
  Mish: { lower: unary(g.mish), infer: sameAsFirst, batch: unaryBatch, since: { operator: 18 } },
  ParametricSoftplus: {},
  PRelu: { lower: binary(g.prelu), infer: sameAsFirst, batch: broadcastingBatch, weights: [1] },
  Relu: { lower: unary(g.relu), infer: sameAsFirst, batch: unaryBatch },
  ScaledTanh: {},
  Selu: {
    lower: (call) =>
      g.selu(call.x(0), {
        alpha: call.float('alpha', 1.6732632423543772),
        gamma: call.float('gamma', 1.0507009873554805),
      }),
    infer: sameAsFirst,
    batch: unaryBatch,
  },
  Shrink: { infer: sameAsFirst },
  Sigmoid: { lower: unary(g.sigmoid), infer: sameAsFirst, batch: unaryBatch },
  Softmax: {
    lower: alongAxis(g.softmax),
    infer: sameAsFirst,
    batch: axisAttributeBatch(-1),
    older: [13, coercedSoftmax],
  },
  Softplus: { lower: unary(g.softplus), infer: sameAsFirst, batch: unaryBatch },
  Softsign: { lower: unary(g.softsign), infer: sameAsFirst, batch: unaryBatch },
  Swish: {
    lower: (call) => g.mul(call.x(0), g.sigmoid(g.mul(call.x(0), call.float('alpha', 1)))),
    infer: sameAsFirst,
    batch: unaryBatch,
    since: { operator: 24 },
  },
  Tanh: { lower: unary(g.tanh), infer: sameAsFirst, batch: unaryBatch },
  ThresholdedRelu: { lower: withAlpha(g.thresholdedRelu, 1), infer: sameAsFirst, batch: unaryBatch },
});
