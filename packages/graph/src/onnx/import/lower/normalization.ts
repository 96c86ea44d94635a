import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '../../../operators/index.js';
import { normalizeAxis } from '../../../shape.js';
import type { Call } from '../call.js';
import type { Lowerings } from './lowering.js';

const epsilonOf = (call: Call): number => call.float('epsilon', 1e-5);

/** By the running statistics, which are not learned. */
function batchNormalization(call: Call): SymbolicTensor | undefined {
  if (call.flag('training_mode')) return undefined;
  return g.batchNormalization(call.x(0), call.x(1), call.x(2), call.x(3), call.x(4), epsilonOf(call));
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
