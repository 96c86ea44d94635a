import type { SymbolicTensor } from '@sensorium/contracts';
import { add, cast, div, mul, sub } from './arithmetic.js';
import { equal } from './comparison.js';
import { zerosLike } from './shaping.js';

/** What becomes of an element that is written to: it is replaced, or update and element become one. */
export type ScatterReduction = 'none' | 'add' | 'mul' | 'max' | 'min';

/** A copy of x in which updates were written at some places. */
interface Scattered {
  readonly x: SymbolicTensor;
  readonly updates: SymbolicTensor;
  readonly output: SymbolicTensor;
  readonly upstream: SymbolicTensor;
  readonly reduction: ScatterReduction;
  /** What lies at those places, in the shape of the updates. */
  readonly gather: At;
  readonly scatter: (x: SymbolicTensor, updates: SymbolicTensor, reduction: ScatterReduction) => SymbolicTensor;
}

type At = (y: SymbolicTensor) => SymbolicTensor;

/** The gradients of x and of the updates. */
export function scatterGradient(one: Scattered): [SymbolicTensor, SymbolicTensor] {
  const { updates, upstream, reduction, gather, scatter } = one;
  switch (reduction) {
    case 'none':
      return [scatter(upstream, zerosLike(updates), 'none'), gather(upstream)];
    case 'add':
      return [upstream, gather(upstream)];
    case 'mul':
      return productGradient(one);
    case 'max':
    case 'min':
      return extremumGradient(one);
  }
}

/** The product of the others, also where one factor is 0, or several are. */
function productGradient({ x, updates, upstream, gather, scatter }: Scattered): [SymbolicTensor, SymbolicTensor] {
  const isZero = (factor: SymbolicTensor): SymbolicTensor => cast(equal(factor, 0), factor.dtype);
  const nonZero = (factor: SymbolicTensor): SymbolicTensor => add(factor, isZero(factor));
  const zeros = scatter(isZero(x), isZero(updates), 'add');
  const product = scatter(nonZero(x), nonZero(updates), 'mul');
  const of = (factor: SymbolicTensor, at: At): SymbolicTensor => {
    const others = div(at(product), nonZero(factor));
    const isWhole = cast(equal(sub(at(zeros), isZero(factor)), 0), factor.dtype);
    return mul(at(upstream), mul(others, isWhole));
  };
  return [of(x, (y) => y), of(updates, gather)];
}

/** Equal extremes share the gradient. */
function extremumGradient(one: Scattered): [SymbolicTensor, SymbolicTensor] {
  const { x, updates, output, upstream, gather, scatter } = one;
  const wins = (value: SymbolicTensor, at: At): SymbolicTensor => cast(equal(value, at(output)), value.dtype);
  const [ofX, ofUpdates] = [wins(x, (y) => y), wins(updates, gather)];
  const share = div(upstream, scatter(ofX, ofUpdates, 'add'));
  return [mul(ofX, share), mul(ofUpdates, gather(share))];
}
