import type { SymbolicTensor } from '@sensorium/contracts';
import { knownSize } from '../shape.js';
import { sigmoid, tanh } from './activation.js';
import { add, mul, sub } from './arithmetic.js';
import { gemm, matmul } from './linear-algebra.js';
import { concat } from './shaping.js';
import { split } from './slicing.js';
import {
  biasGradient,
  project,
  shifted,
  sigmoidSlope,
  tanhSlope,
  throughTime,
  weightGradient,
  zerosPerSample,
  type Recurrence,
  type RecurrenceGradient,
} from './through-time.js';

/** Backpropagation through time. The outputs give the gates of all moments at once, and only the gradient is followed. */
export function gruGradient(context: Recurrence): RecurrenceGradient {
  const { x, hidden, weight } = context;
  const zeros = zerosPerSample(hidden);
  const before = shifted(hidden, context.initialHidden ?? zeros, context.mask);
  const gradientOf = context.linearBeforeReset ? resetAfterProduct : resetBeforeProduct;
  const { gates, recurrence, recurrenceBias, initialHidden } = gradientOf(
    context,
    before,
    context.upstreamHidden ?? zeros,
  );
  return {
    x: matmul(gates, weight),
    weight: weightGradient(gates, x),
    recurrence,
    bias: concat([biasGradient(gates), recurrenceBias]),
    initialHidden,
  };
}

interface Followed {
  /** The gradient of what the gates make of x: [T,B,3H]. */
  readonly gates: SymbolicTensor;
  readonly recurrence: SymbolicTensor;
  readonly recurrenceBias: SymbolicTensor;
  readonly initialHidden: SymbolicTensor;
}

/** n = tanh(W x + r · (R h)) */
function resetAfterProduct(context: Recurrence, before: SymbolicTensor, last: SymbolicTensor): Followed {
  const { x, weight, recurrence, upstream } = context;
  const [width, steps] = [knownSize(recurrence.shape, 1), knownSize(x.shape, 0)];
  const { input: inputBias, state: stateBias } = biasesOf(context);
  const parts = [2 * width, width] as const;
  const [gatesOfInput, newOfInput] = split(project(x, weight, inputBias), parts);
  const [gatesOfState, newOfState] = split(project(before, recurrence, stateBias), parts);
  const [update, reset] = split(sigmoid(add(gatesOfInput, gatesOfState)), [width, width]);
  const fresh = tanh(add(newOfInput, mul(reset, newOfState)));
  const freshSlope = mul(sub(1, update), tanhSlope(fresh));
  const slopes = concat([
    mul(sub(before, fresh), sigmoidSlope(update)),
    mul(mul(freshSlope, newOfState), sigmoidSlope(reset)),
    mul(freshSlope, reset),
  ]);
  const {
    final: [initialHidden],
    collected: [own, states],
  } = throughTime(steps, {
    reverse: true,
    mask: context.mask,
    initial: [last],
    step: ([later], at) => {
      const own = add(later, at(upstream));
      const states = mul(concat([own, own, own]), at(slopes));
      return { next: [add(mul(own, at(update)), gemm(states, recurrence))], collect: [own, states] };
    },
  });
  const [gates] = split(states, parts);
  return {
    gates: concat([gates, mul(own, freshSlope)]),
    recurrence: weightGradient(states, before),
    recurrenceBias: biasGradient(states),
    initialHidden,
  };
}

/** n = tanh(W x + R (r · h)) */
function resetBeforeProduct(context: Recurrence, before: SymbolicTensor, last: SymbolicTensor): Followed {
  const { x, weight, recurrence, upstream } = context;
  const [width, steps] = [knownSize(recurrence.shape, 1), knownSize(x.shape, 0)];
  const { input: inputBias, state: stateBias } = biasesOf(context);
  const parts = [2 * width, width] as const;
  const [gateRecurrence, newRecurrence] = split(recurrence, parts, 0);
  const [gateBias, newBias] = stateBias ? split(stateBias, parts) : [];
  const [gatesOfInput, newOfInput] = split(project(x, weight, inputBias), parts);
  const gatesOfState = project(before, gateRecurrence, gateBias);
  const [update, reset] = split(sigmoid(add(gatesOfInput, gatesOfState)), [width, width]);
  const kept = mul(reset, before);
  const fresh = tanh(add(newOfInput, project(kept, newRecurrence, newBias)));
  const freshSlope = mul(sub(1, update), tanhSlope(fresh));
  const slopes = concat([mul(sub(before, fresh), sigmoidSlope(update)), mul(before, sigmoidSlope(reset))]);
  const {
    final: [initialHidden],
    collected: [gates],
  } = throughTime(steps, {
    reverse: true,
    mask: context.mask,
    initial: [last],
    step: ([later], at) => {
      const own = add(later, at(upstream));
      const ownFresh = mul(own, at(freshSlope));
      const ownKept = gemm(ownFresh, newRecurrence);
      const ownGates = mul(concat([own, ownKept]), at(slopes));
      const direct = add(mul(own, at(update)), mul(ownKept, at(reset)));
      return { next: [add(direct, gemm(ownGates, gateRecurrence))], collect: [concat([ownGates, ownFresh])] };
    },
  });
  const [ofGates, ofFresh] = split(gates, parts);
  return {
    gates,
    recurrence: concat([weightGradient(ofGates, before), weightGradient(ofFresh, kept)], 0),
    recurrenceBias: biasGradient(gates),
    initialHidden,
  };
}

/** [3H] each, if there are any. */
function biasesOf({ bias, recurrence }: Recurrence): { input?: SymbolicTensor; state?: SymbolicTensor } {
  const size = knownSize(recurrence.shape, 0);
  const [input, state] = bias ? split(bias, [size, size]) : [];
  return { input, state };
}
