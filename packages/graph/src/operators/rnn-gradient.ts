import type { SymbolicTensor } from '@sensorium/contracts';
import { knownSize } from '../shape.js';
import { add, cast, mul } from './arithmetic.js';
import { gemm, matmul } from './linear-algebra.js';
import { concat } from './shaping.js';
import {
  biasGradient,
  shifted,
  tanhSlope,
  throughTime,
  weightGradient,
  zerosPerSample,
  type Recurrence,
  type RecurrenceGradient,
} from './through-time.js';

/** Backpropagation through time: the outputs give the slopes of all moments at once. */
export function rnnGradient(context: Recurrence): RecurrenceGradient {
  const { x, weight, recurrence, hidden, upstream, mask } = context;
  const zeros = zerosPerSample(hidden);
  const before = shifted(hidden, context.initialHidden ?? zeros, mask);
  const slopes = context.activation === 'Relu' ? reluSlope(hidden) : tanhSlope(hidden);
  const {
    final: [initialHidden],
    collected: [sums],
  } = throughTime(knownSize(x.shape, 0), {
    reverse: true,
    mask,
    initial: [context.upstreamHidden ?? zeros],
    step: ([later], at) => {
      const own = mul(add(later, at(upstream)), at(slopes));
      return { next: [gemm(own, recurrence)], collect: [own] };
    },
  });
  const bias = biasGradient(sums);
  return {
    x: matmul(sums, weight),
    weight: weightGradient(sums, x),
    recurrence: weightGradient(sums, before),
    bias: concat([bias, bias]),
    initialHidden,
  };
}

/** 1 where the value of a rectifier is positive, otherwise 0. */
const reluSlope = (y: SymbolicTensor): SymbolicTensor => cast(cast(y, 'bool'), y.dtype);
