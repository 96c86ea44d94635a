import { inputName, outputName } from '../import/at.js';
import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import {
  attributeOf,
  badModel,
  describeNode,
  floatAttribute,
  integerAttribute,
  integersAttribute,
  makeNode,
  without,
} from '@sensorium/graph/protobuf';
import { normalizeAxis } from '@sensorium/graph/transform';
import type { Call } from '../import/call.js';
import { operators, type BatchRule, type Lowered, type OutputRule, type Rewrite } from './record.js';
import { alongBatch, axisAttributeBatch, firstBatch, rank, samplesBatch } from './rules/batches.js';
import { axisOf, dtypeOf, sameAsFirst, shapeOf } from './rules/shapes.js';

const epsilonOf = (call: Call): number => call.float('epsilon', 1e-5);

/** By the running statistics, which are not learned; or by those of the batch, which the running ones then approach. */
function batchNormalization(call: Call): Lowered {
  const [x, scale, bias, mean, variance] = [call.x(0), call.x(1), call.x(2), call.x(3), call.x(4)];
  if (!call.flag('training_mode')) return g.batchNormalization(x, scale, bias, mean, variance, epsilonOf(call));
  const momentum = call.float('momentum', 0.9);
  const batch = g.batchNormalizationInTraining(x, scale, bias, epsilonOf(call));
  const moved = (running: SymbolicTensor, now: SymbolicTensor): SymbolicTensor =>
    g.add(g.mul(running, momentum), g.mul(now, 1 - momentum));
  return [batch.output, moved(mean, batch.mean), moved(variance, batch.variance)];
}

/** Statistics in other precision than float32 are none of ours. */
function layerNormalization(call: Call): Lowered {
  const [x, bias] = [call.x(0), call.optional(2)];
  const axis = normalizeAxis(call.integer('axis', -1), x.shape.length);
  const inner = x.shape.slice(axis);
  const isLarger = [call.x(1), bias].some((parameter) => parameter && parameter.shape.length > inner.length);
  if (isLarger || call.integer('stash_type', 1) !== 1) return undefined;
  const own = (parameter: SymbolicTensor): SymbolicTensor => g.expand(parameter, inner);
  const result = g.layerNormalization(x, own(call.x(1)), bias ? own(bias) : null, { axis, epsilon: epsilonOf(call) });
  return call.outputs === 1 ? result : [result, ...momentsOf(x, axis, epsilonOf(call))];
}

/** Mean and 1 / deviation over all axes from one on, which stay with size 1. */
function momentsOf(x: SymbolicTensor, axis: number, epsilon: number): [SymbolicTensor, SymbolicTensor] {
  const axes = x.shape.map((_, at) => at).slice(axis);
  const mean = g.mean(x, axes, { keep: true });
  const variance = g.mean(g.square(g.sub(x, mean)), axes, { keep: true });
  return [mean, g.reciprocal(g.sqrt(g.add(variance, epsilon)))];
}

/** Vectors of length 1, but where all is 0. */
function lpNormalization(call: Call): SymbolicTensor {
  const [x, axis] = [call.x(0), call.integer('axis', -1)];
  const norm = call.integer('p', 2) === 1 ? g.l1Norm : g.l2Norm;
  const length = norm(x, [axis], { keep: true });
  return g.div(x, g.where(g.equal(length, 0), 1, length));
}

/** Over batch and places, unless other axes are said. */
function meanVarianceNormalization(call: Call): SymbolicTensor {
  const [x, axes] = [call.x(0), call.integers('axes') ?? [0, 2, 3]];
  const centred = g.sub(x, g.mean(x, axes, { keep: true }));
  return g.div(centred, g.sqrt(g.add(g.mean(g.square(centred), axes, { keep: true }), 1e-9)));
}

/** By the squares of neighbouring channels, which a pool along the channels averages. */
function localResponseNormalization(call: Call): SymbolicTensor {
  const [x, size] = [call.x(0), call.integer('size', 1)];
  const planes = g.flatten(g.unsqueeze(g.square(x), 1), 3);
  const padding = [Math.floor((size - 1) / 2), 0, Math.ceil((size - 1) / 2), 0];
  const mean = g.averagePool(planes, [size, 1], { stride: 1, padding, countIncludePad: true });
  const base = g.add(g.mul(g.reshape(mean, x.shape), call.float('alpha', 1e-4)), call.float('bias', 1));
  return g.div(x, g.pow(base, call.float('beta', 0.75)));
}

/** The result, and mean and 1 / deviation over its last axes. */
const layerNormalizationShape: OutputRule = (call, _, index) => {
  if (index === 0) return sameAsFirst(call, _);
  const axis = axisOf(call, -1);
  return { dtype: 'float32', shape: shapeOf(call)?.map((size, at) => (at < axis ? size : 1)) };
};

/** The result, and the statistics of every channel. */
const batchNormalizationShape: OutputRule = (call, unknown, index) =>
  index === 0 ? sameAsFirst(call, unknown) : { dtype: dtypeOf(call, 3), shape: shapeOf(call, 3) };

/** Scale and bias were one for every group: those of instances, as which the groups of a sample are seen. */
const groupsAsInstances: Rewrite = (node, { opset, fresh }) => {
  if (opset >= 21) return [node];
  const [x, scale, bias] = [inputName(node, 0), inputName(node, 1), inputName(node, 2)];
  const named = (what: string): string => fresh(`${node.output[0]}/${what}`);
  const [shape, grouped, groups, normal] = [named('shape'), named('grouped'), named('groups'), named('normal')];
  const count = Number(attributeOf(node, 'num_groups')?.i ?? 1);
  return [
    makeNode('Shape', [x], [shape]),
    makeNode('Constant', [], [grouped], [integersAttribute('value_ints', [0, count, -1])]),
    makeNode('Reshape', [x, grouped], [groups]),
    {
      ...node,
      opType: 'InstanceNormalization',
      input: [groups, scale, bias],
      output: [normal],
      attribute: without(node, 'num_groups'),
    },
    makeNode('Reshape', [normal, shape], node.output),
  ];
};

/** Statistics of every element of a sample, instead of every channel, were a choice; five outputs said that it is for training. */
const olderBatchNormalization: Rewrite = (node, context) => {
  const attribute = without(node, 'spatial');
  if (attributeOf(node, 'spatial')?.i === 0n && context.opset < 9) return elementwise(node, context);
  const [y, mean, variance, ...saved] = node.output;
  if (!mean && !variance && !saved.some(Boolean)) return [{ ...node, attribute }];
  if (saved.some(context.isRead)) {
    throw badModel(
      `${describeNode(node)} gives statistics that it saves for a backward pass, and the model reads them`,
      'Save the model again for inference, or with operator set 14 or a later one.',
    );
  }
  const output = [y, mean, variance].map((name) => name ?? '');
  return [{ ...node, output, attribute: [...attribute, integerAttribute('training_mode', 1)] }];
};

const elementwise: Rewrite = (node, { fresh }) => {
  const [x, scale, bias, mean, variance] = [0, 1, 2, 3, 4].map((at) => inputName(node, at)) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const y = outputName(node, 0);
  const named = (what: string): string => fresh(`${y}/${what}`);
  const [epsilon, centred, raised, deviation, standard, scaled] = [
    named('epsilon'),
    named('centred'),
    named('raised'),
    named('deviation'),
    named('standard'),
    named('scaled'),
  ];
  return [
    makeNode('Constant', [], [epsilon], [floatAttribute('value_float', attributeOf(node, 'epsilon')?.f ?? 1e-5)]),
    makeNode('Sub', [x, mean], [centred]),
    makeNode('Add', [variance, epsilon], [raised]),
    makeNode('Sqrt', [raised], [deviation]),
    makeNode('Div', [centred, deviation], [standard]),
    makeNode('Mul', [standard, scale], [scaled]),
    makeNode('Add', [scaled, bias], [y]),
  ];
};

const rootMeanSquares = (call: Call): SymbolicTensor | undefined => {
  const axis = normalizeAxis(call.integer('axis', -1), call.x(0).shape.length);
  if (call.integer('stash_type', 1) !== 1 || call.x(1).shape.length > call.x(0).shape.length - axis) return undefined;
  const scale = g.expand(call.x(1), call.x(0).shape.slice(axis));
  return g.rmsNormalization(call.x(0), scale, { axis, epsilon: epsilonOf(call) });
};

const beforeAxisBatch: BatchRule = firstBatch((call, axis) =>
  axis < normalizeAxis(call.integer('axis', -1), rank(call)) ? axis : undefined,
);

export const normalization = operators({
  BatchNormalization: {
    older: [14, olderBatchNormalization],
    lower: batchNormalization,
    inferEvery: batchNormalizationShape,
    batch: (call, axis) => (call.flag('training_mode') ? undefined : samplesBatch(call, axis)),
    weights: [1, 2],
  },
  GroupNormalization: {
    lower: (call) =>
      g.groupNormalization(call.x(0), call.integer('num_groups', 1), call.x(1), call.x(2), epsilonOf(call)),
    infer: sameAsFirst,
    batch: samplesBatch,
    newer: [18, groupsAsInstances],
    since: { operator: 21 },
    weights: [1, 2],
  },
  InstanceNormalization: {
    lower: (call) => g.instanceNormalization(call.x(0), call.x(1), call.x(2), epsilonOf(call)),
    infer: sameAsFirst,
    batch: samplesBatch,
    weights: [1, 2],
  },
  LayerNormalization: {
    lower: layerNormalization,
    inferEvery: layerNormalizationShape,
    batch: beforeAxisBatch,
    weights: [1, 2],
  },
  LpNormalization: { lower: lpNormalization, infer: sameAsFirst, batch: axisAttributeBatch(-1) },
  LRN: { lower: localResponseNormalization, infer: sameAsFirst, batch: samplesBatch },
  MeanVarianceNormalization: {
    lower: meanVarianceNormalization,
    infer: sameAsFirst,
    batch: alongBatch((call) => call.integers('axes') ?? [0, 2, 3]),
  },
  RMSNormalization: {
    lower: rootMeanSquares,
    infer: sameAsFirst,
    batch: beforeAxisBatch,
    since: { operator: 23 },
    weights: [1],
  },
  SimplifiedLayerNormalization: {
    // ONNX Runtime's own, though it stands in no domain of its own.
    lower: (call) =>
      g.rmsNormalization(call.x(0), call.x(1), { axis: call.integer('axis', -1), epsilon: epsilonOf(call) }),
    inferEvery: layerNormalizationShape,
    batch: beforeAxisBatch,
    weights: [1],
  },
});
