import type { SymbolicTensor } from '@sensorium/contracts';
import { gradients } from '../differentiate/gradients.js';
import { mul } from '../operators/arithmetic.js';
import { sum } from '../operators/reduction.js';
import { constantTensor, input } from '../value.js';
import { evaluate, numbers } from './evaluate.js';
import { relativeError, spreadTensor, total } from './numbers.js';

/** An operator of float32 tensors, and the same as plain arithmetic on numbers. */
export interface Reference {
  readonly shapes: readonly (readonly number[])[];
  /** Range of the inputs. Default −2 … 2 */
  readonly low?: number;
  readonly high?: number;
  readonly build: (...inputs: SymbolicTensor[]) => SymbolicTensor;
  readonly formula: (...inputs: (readonly number[])[]) => number[];
}

/**
 * Relative errors of an operator and of its gradients, of all inputs as one vector, against the formula and the central
 * differences of the formula: those are computed in double precision, which ONNX Runtime has no convolutions for.
 */
export async function errorsOf({
  shapes,
  low,
  high,
  build,
  formula,
}: Reference): Promise<{ value: number; gradient: number }> {
  const tensors = shapes.map((shape, seed) => spreadTensor('float32', shape, seed, low, high));
  const symbols = tensors.map(({ dtype, shape }, index) => input(`x${index}`, dtype, shape));
  const output = build(...symbols);
  const weights = spreadTensor('float32', output.shape.map(Number), 7, 0.5, 1.5);
  const grads = gradients(sum(mul(output, constantTensor(weights))), symbols);
  const outputs = { output, ...Object.fromEntries(grads.map((gradient, index) => [`gradient${index}`, gradient])) };
  const results = await evaluate(outputs, Object.fromEntries(tensors.map((tensor, index) => [`x${index}`, tensor])));
  const lists = tensors.map(numbers);
  const loss = (inputs: number[][]): number =>
    total(formula(...inputs).map((value, index) => value * Number(weights.data[index])));
  return {
    value: relativeError(numbers(results['output']), formula(...lists)),
    gradient: relativeError(
      grads.flatMap((_, index) => numbers(results[`gradient${index}`])),
      lists.flatMap((list, index) => list.map((value, at) => difference(loss, lists, index, at, value))),
    ),
  };
}

function difference(
  loss: (inputs: number[][]) => number,
  lists: number[][],
  index: number,
  at: number,
  value: number,
): number {
  const step = 1e-5;
  const moved = (by: number): number => loss(lists.with(index, lists[index]!.with(at, value + by)));
  return (moved(step) - moved(-step)) / (2 * step);
}
