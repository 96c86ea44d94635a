import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '../../../operators/index.js';
import { normalizeAxis } from '../../../shape.js';
import type { Call } from '../call.js';
import type { Lowerings } from './lowering.js';

/** By the running statistics, which are not learned. */
function batchNorm(call: Call): SymbolicTensor | undefined {
  if (call.flag('training_mode')) return undefined;
  const x = call.x(0);
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((index) =>
    g.reshape(call.x(index), [-1, ...x.shape.slice(2).map(() => 1)]),
  ) as [SymbolicTensor, SymbolicTensor, SymbolicTensor, SymbolicTensor];
  const deviation = g.sqrt(g.add(variance, call.float('epsilon', 1e-5)));
  return g.add(g.mul(g.sub(x, mean), g.div(scale, deviation)), bias);
}

function layerNorm(call: Call): SymbolicTensor | undefined {
  const x = call.x(0);
  if (normalizeAxis(call.integer('axis', -1), x.shape.length) !== x.shape.length - 1) return undefined;
  const scaled = g.mul(g.standardize(x, call.float('epsilon', 1e-5)), call.x(1));
  const bias = call.optional(2);
  return bias ? g.add(scaled, bias) : scaled;
}

export const normalization: Lowerings = { BatchNormalization: batchNorm, LayerNormalization: layerNorm };
