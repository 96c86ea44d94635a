import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { normalizeAxis } from '@sensorium/graph/transform';
import type { Call } from '../call.js';
import type { Lowered, Lowerings } from './lowering.js';

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
function layerNormalization(call: Call): SymbolicTensor | undefined {
  const [x, bias] = [call.x(0), call.optional(2)];
  const axis = normalizeAxis(call.integer('axis', -1), x.shape.length);
  const inner = x.shape.slice(axis);
  const isLarger = [call.x(1), bias].some((parameter) => parameter && parameter.shape.length > inner.length);
  if (isLarger || call.integer('stash_type', 1) !== 1) return undefined;
  const own = (parameter: SymbolicTensor): SymbolicTensor => g.expand(parameter, inner);
  return g.layerNormalization(x, own(call.x(1)), bias ? own(bias) : null, { axis, epsilon: epsilonOf(call) });
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

export const normalization: Lowerings = {
  BatchNormalization: batchNormalization,
  GroupNormalization: (call) =>
    g.groupNormalization(call.x(0), call.integer('num_groups', 1), call.x(1), call.x(2), epsilonOf(call)),
  InstanceNormalization: (call) => g.instanceNormalization(call.x(0), call.x(1), call.x(2), epsilonOf(call)),
  LayerNormalization: layerNormalization,
  LpNormalization: lpNormalization,
  LRN: localResponseNormalization,
  MeanVarianceNormalization: meanVarianceNormalization,
  // ONNX Runtime's own, though it stands in no domain of its own.
  SimplifiedLayerNormalization: (call) =>
    g.rmsNormalization(call.x(0), call.x(1), { axis: call.integer('axis', -1), epsilon: epsilonOf(call) }),
};
