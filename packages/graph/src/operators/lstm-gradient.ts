import type { SymbolicTensor } from '@sensorium/contracts';
import { knownSize } from '../shape.js';
import { sigmoid, tanh } from './activation.js';
import { add, mul } from './arithmetic.js';
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

/**
 * Backpropagation through time. The outputs give the gates of all moments at once; only the cells, and then the gradients of
 * output and cell, have to be followed from moment to moment.
 */
export function lstmGradient(context: Recurrence): RecurrenceGradient {
  const { x, weight, recurrence, hidden, initialCell, upstream, upstreamHidden, upstreamCell } = context;
  const steps = knownSize(x.shape, 0);
  const zeros = zerosPerSample(hidden);
  const before = shifted(hidden, context.initialHidden ?? zeros, context.mask);
  const { input, output, forget, candidate } = gatesOf(context, before);
  const written = mul(input, candidate);
  const {
    collected: [cellBefore = hidden],
  } = throughTime(steps, {
    mask: context.mask,
    initial: [initialCell ?? zeros],
    step: ([cell = zeros], at) => ({ next: [add(mul(at(forget), cell), at(written))], collect: [cell] }),
  });
  const shown = tanh(add(mul(forget, cellBefore), written));
  const cellSlope = mul(output, tanhSlope(shown));
  const slopes = concat([
    mul(candidate, sigmoidSlope(input)),
    mul(shown, sigmoidSlope(output)),
    mul(cellBefore, sigmoidSlope(forget)),
    mul(input, tanhSlope(candidate)),
  ]);
  const {
    final: [initialHidden = zeros, cell],
    collected: [gates = hidden],
  } = throughTime(steps, {
    reverse: true,
    mask: context.mask,
    initial: [upstreamHidden ?? zeros, upstreamCell ?? zeros],
    step: ([later = zeros, laterCell = zeros], at) => {
      const own = add(later, at(upstream));
      const ownCell = add(laterCell, mul(own, at(cellSlope)));
      const gates = mul(concat([ownCell, own, ownCell, ownCell]), at(slopes));
      return { next: [gemm(gates, recurrence), mul(ownCell, at(forget))], collect: [gates] };
    },
  });
  const bias = biasGradient(gates);
  return {
    x: matmul(gates, weight),
    weight: weightGradient(gates, x),
    recurrence: weightGradient(gates, before),
    bias: concat([bias, bias]),
    initialHidden,
    initialCell: cell,
  };
}

interface Gates {
  readonly input: SymbolicTensor;
  readonly output: SymbolicTensor;
  readonly forget: SymbolicTensor;
  readonly candidate: SymbolicTensor;
}

/** Each [T,B,H]. */
function gatesOf({ x, weight, recurrence, bias }: Recurrence, before: SymbolicTensor): Gates {
  const width = knownSize(recurrence.shape, 1);
  const biases = bias ? split(bias, [4 * width, 4 * width]) : [];
  const all = add(project(x, weight, biases[0]), project(before, recurrence, biases[1]));
  const [gates = all, cell = all] = split(all, [3 * width, width]);
  const [input = gates, output = gates, forget = gates] = split(sigmoid(gates), [width, width, width]);
  return { input, output, forget, candidate: tanh(cell) };
}
