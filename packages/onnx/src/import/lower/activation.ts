import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import type { Call } from '../call.js';
import { binary, isFloat, unary, type Lowering, type Lowerings } from './lowering.js';

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

export const activation: Lowerings = {
  Celu: withAlpha(g.celu, 1),
  Clip: clip,
  Elu: withAlpha(g.elu, 1),
  Gelu: (call) => (call.text('approximate', 'none') === 'tanh' ? g.geluTanh(call.x(0)) : g.gelu(call.x(0))),
  HardSigmoid: (call) => g.hardSigmoid(call.x(0), { alpha: call.float('alpha', 0.2), beta: call.float('beta', 0.5) }),
  HardSwish: unary(g.hardSwish),
  LeakyRelu: withAlpha(g.leakyRelu, 0.01),
  LogSoftmax: alongAxis(g.logSoftmax),
  Mish: unary(g.mish),
  PRelu: binary(g.prelu),
  Relu: unary(g.relu),
  Selu: (call) =>
    g.selu(call.x(0), {
      alpha: call.float('alpha', 1.6732632423543772),
      gamma: call.float('gamma', 1.0507009873554805),
    }),
  Sigmoid: unary(g.sigmoid),
  Softmax: alongAxis(g.softmax),
  Softplus: unary(g.softplus),
  Softsign: unary(g.softsign),
  Tanh: unary(g.tanh),
  ThresholdedRelu: withAlpha(g.thresholdedRelu, 1),
};
