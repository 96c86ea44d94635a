import type { SymbolicTensor } from '@sensorium/contracts';
import { knownSize } from '../shape.js';
import { sigmoid, tanh } from './activation.js';
import { add, mul } from './arithmetic.js';
import { gemm, matmul } from './linear-algebra.js';
import { concat } from './shaping.js';
import { slice, split } from './slicing.js';
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
 * Backpropagation through time. The outputs give the gates of all moments at once, as far as these do not look at cells; only
 * the cells, and then the gradients of output and cell, have to be followed from moment to moment.
 */
export function lstmGradient(context: Recurrence): RecurrenceGradient {
  const { x, weight, recurrence, hidden, initialCell, upstream, upstreamHidden, upstreamCell } = context;
  const steps = knownSize(x.shape, 0);
  const zeros = zerosPerSample(hidden);
  const before = shifted(hidden, context.initialHidden ?? zeros, context.mask);
  const { input, output, forget, candidate, cellBefore, cell } = gatesOf(context, before, initialCell ?? zeros);
  const peepholes = peepholesOf(context);
  const shown = tanh(cell);
  const cellSlope = mul(output, tanhSlope(shown));
  const outputSlope = mul(shown, sigmoidSlope(output));
  const slopes = concat([
    mul(candidate, sigmoidSlope(input)),
    outputSlope,
    mul(cellBefore, sigmoidSlope(forget)),
    mul(input, tanhSlope(candidate)),
  ]);
  const width = knownSize(recurrence.shape, 1);
  const {
    final: [initialHidden, initialCellGradient],
    collected: [gates],
  } = throughTime(steps, {
    reverse: true,
    mask: context.mask,
    initial: [upstreamHidden ?? zeros, upstreamCell ?? zeros],
    step: ([later, laterCell], at) => {
      const own = add(later, at(upstream));
      const shownCell = add(laterCell, mul(own, at(cellSlope)));
      const ownCell = peepholes ? add(shownCell, mul(mul(own, at(outputSlope)), peepholes.output)) : shownCell;
      const gates = mul(concat([ownCell, own, ownCell, ownCell]), at(slopes));
      const kept = mul(ownCell, at(forget));
      const seen = peepholes && seenThrough(peepholes, gates, width);
      return { next: [gemm(gates, recurrence), seen ? add(kept, seen) : kept], collect: [gates] };
    },
  });
  const bias = biasGradient(gates);
  return {
    x: matmul(gates, weight),
    weight: weightGradient(gates, x),
    recurrence: weightGradient(gates, before),
    bias: concat([bias, bias]),
    initialHidden,
    initialCell: initialCellGradient,
    peepholes: biasGradient(mul(slice(gates, -1, 0, 3 * width), concat([cellBefore, cell, cellBefore]))),
  };
}

/** What flows back to the last cell from the gates that saw it. */
function seenThrough({ input, forget }: Peepholes, gates: SymbolicTensor, width: number): SymbolicTensor {
  const [ofInput, , ofForget] = split(gates, [width, width, width, width]);
  return add(mul(ofInput, input), mul(ofForget, forget));
}

interface Gates {
  readonly input: SymbolicTensor;
  readonly output: SymbolicTensor;
  readonly forget: SymbolicTensor;
  readonly candidate: SymbolicTensor;
  /** The cells before and after each moment. */
  readonly cellBefore: SymbolicTensor;
  readonly cell: SymbolicTensor;
}

/** Each [T,B,H]. */
function gatesOf(context: Recurrence, before: SymbolicTensor, initialCell: SymbolicTensor): Gates {
  const { x, weight, recurrence, bias, mask } = context;
  const [steps, width] = [knownSize(x.shape, 0), knownSize(recurrence.shape, 1)];
  const biases = bias ? split(bias, [4 * width, 4 * width]) : [];
  const all = add(project(x, weight, biases[0]), project(before, recurrence, biases[1]));
  const [ofInput, ofOutput, ofForget, ofCell] = split(all, [width, width, width, width]);
  const peepholes = peepholesOf(context);
  const candidate = tanh(ofCell);
  const gate = (sum: SymbolicTensor, cell?: SymbolicTensor, peephole?: SymbolicTensor): SymbolicTensor =>
    sigmoid(cell && peephole ? add(sum, mul(cell, peephole)) : sum);
  const [blindInput, blindForget] = peepholes ? [] : [gate(ofInput), gate(ofForget)];
  const written = blindInput && mul(blindInput, candidate);
  const {
    collected: [cellBefore],
  } = throughTime(steps, {
    mask,
    initial: [initialCell],
    step: ([cell], at) => {
      const forget = blindForget ? at(blindForget) : gate(at(ofForget), cell, peepholes?.forget);
      const fresh = written ? at(written) : mul(gate(at(ofInput), cell, peepholes?.input), at(candidate));
      return { next: [add(mul(forget, cell), fresh)], collect: [cell] };
    },
  });
  const input = blindInput ?? gate(ofInput, cellBefore, peepholes?.input);
  const forget = blindForget ?? gate(ofForget, cellBefore, peepholes?.forget);
  const cell = add(mul(forget, cellBefore), mul(input, candidate));
  return { input, output: gate(ofOutput, cell, peepholes?.output), forget, candidate, cellBefore, cell };
}

/** How much the gates see of the cells: [H] each. */
interface Peepholes {
  readonly input: SymbolicTensor;
  readonly output: SymbolicTensor;
  readonly forget: SymbolicTensor;
}

function peepholesOf({ peepholes, recurrence }: Recurrence): Peepholes | undefined {
  if (!peepholes) return undefined;
  const width = knownSize(recurrence.shape, 1);
  const [input, output, forget] = split(peepholes, [width, width, width]);
  return { input, output, forget };
}
