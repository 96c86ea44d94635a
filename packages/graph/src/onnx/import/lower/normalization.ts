import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '../../../operators/index.js';
import { normalizeAxis } from '../../../shape.js';
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

export const normalization: Lowerings = {
  BatchNormalization: batchNormalization,
  GroupNormalization: (call) =>
    g.groupNormalization(call.x(0), call.integer('num_groups', 1), call.x(1), call.x(2), epsilonOf(call)),
  InstanceNormalization: (call) => g.instanceNormalization(call.x(0), call.x(1), call.x(2), epsilonOf(call)),
  LayerNormalization: layerNormalization,
};
