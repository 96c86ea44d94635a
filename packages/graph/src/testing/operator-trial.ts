import type { DataType, SymbolicTensor, Tensor, Tensors } from '@sensorium/contracts';
import { gradients } from '../differentiate/gradients.js';
import { toOnnx } from '../onnx/write.js';
import { mul } from '../operators/arithmetic.js';
import { sum } from '../operators/reduction.js';
import { formatShape, sameShape, makeTensor } from '@sensorium/tensors';
import { input } from '../value.js';
import { indices, reader, relativeError, spreadTensor, total, type Read } from './numbers.js';
import type { OperatorCase } from './operator-case.js';

/** All cases of an operator as one model, with what to feed it. */
export interface OperatorTrial {
  readonly model: Uint8Array;
  readonly inputs: Tensors;
  /** What is wrong with the outputs of the model. */
  readonly problems: (outputs: Tensors) => string[];
}

/** Largest relative errors of all elements as one vector. */
export interface Tolerances {
  readonly value: number;
  readonly gradient: number;
}

const doubles: Tolerances = { value: 1e-12, gradient: 1e-8 };
const singles: Tolerances = { value: 1e-6, gradient: 1e-5 };

/**
 * Values are compared with the formula of the case, gradients with central differences of that formula in double
 * precision. With `single`, what is double becomes single: there are backends without doubles.
 */
export function operatorTrial(
  cases: readonly OperatorCase[],
  { single = false, tolerances = singles }: { single?: boolean; tolerances?: Tolerances } = {},
): OperatorTrial {
  const parts = cases.map((one, index) => {
    const dtype = single ? 'float32' : (one.dtype ?? 'float64');
    return prepare(one, dtype, dtype === 'float32' ? tolerances : doubles, `case${index}`);
  });
  return {
    model: toOnnx({
      outputs: Object.assign({}, ...parts.map(({ outputs }) => outputs)) as Record<string, SymbolicTensor>,
      inputs: parts.flatMap(({ symbols }) => symbols),
    }),
    inputs: Object.assign({}, ...parts.map(({ feeds }) => feeds)) as Tensors,
    problems: (outputs) => parts.flatMap(({ problems }) => problems(outputs)),
  };
}

function prepare(one: OperatorCase, dtype: DataType, tolerances: Tolerances, name: string) {
  const { build, shape, low, high, differentiable = true } = one;
  const tensors = one.inputs.map((x, seed) =>
    'data' in x ? ofType(x, dtype) : spreadTensor(dtype, x, seed, low, high),
  );
  const symbols = tensors.map((x, index) => input(`${name}/x${index}`, x.dtype, x.shape));
  const output = build(...symbols);
  const weights = differentiable ? spreadTensor(output.dtype, shape, 7, 0.5, 1.5) : undefined;
  const varied = tensors.flatMap((x, index) => (x.dtype.startsWith('float') ? [index] : []));
  const targets = varied.flatMap((index) => symbols[index] ?? []);
  // An input: what depends on constants alone is computed before the backend is asked.
  const weighting = weights && input(`${name}/weights`, weights.dtype, weights.shape);
  const grads = weighting ? gradients(sum(mul(output, weighting)), targets) : [];
  const outputs = { output, ...Object.fromEntries(grads.map((gradient, at) => [`gradient${at}`, gradient])) };
  return {
    symbols: weighting && grads.length ? [...symbols, weighting] : symbols,
    feeds: {
      ...Object.fromEntries(tensors.map((x, index) => [`${name}/x${index}`, x])),
      ...(weights && grads.length ? { [`${name}/weights`]: weights } : {}),
    },
    outputs: Object.fromEntries(Object.entries(outputs).map(([key, symbol]) => [`${name}/${key}`, symbol])),
    problems: (results: Tensors): string[] => {
      const expected = valuesOf(one, tensors.map(reader));
      const actual = results[`${name}/output`];
      const wrong = [
        ...wrongKind(output, shape, actual),
        ...tooFar('values', numbers(actual), expected, tolerances.value),
      ];
      if (weights) {
        const found = grads.flatMap((_, at) => numbers(results[`${name}/gradient${at}`]));
        const slopes = varied.flatMap((index) => differences(one, tensors, index, numbers(weights)));
        wrong.push(...tooFar('gradients', found, slopes, tolerances.gradient));
      }
      return wrong.map((problem) => `${describe(one)}: ${problem}`);
    },
  };
}

/** Given numbers as they are, but no doubles where there are none. */
const ofType = (x: Tensor, dtype: DataType): Tensor =>
  x.dtype === 'float64' ? makeTensor(dtype, x.shape, numbers(x)) : x;

/** What was inferred for the output, what the case says, and what came out are the same. */
function wrongKind(output: SymbolicTensor, shape: readonly number[], actual: Tensor | undefined): string[] {
  const [inferred, computed] = [output, actual].map((x) => (x ? `${x.dtype} ${formatShape(x.shape)}` : 'nothing'));
  if (inferred === computed && sameShape(output.shape, shape)) return [];
  return [`inferred is ${inferred}, computed ${computed}, expected ${formatShape(shape)}`];
}

function tooFar(what: string, actual: readonly number[], expected: readonly number[], tolerance: number): string[] {
  const error = relativeError(actual, expected);
  return error <= tolerance
    ? []
    : [`relative error ${error} of ${what}: ${actual.join(' ')}, not ${expected.join(' ')}`];
}

const numbers = (tensor: Tensor | undefined): number[] => (tensor ? Array.from(tensor.data, Number) : []);

function valuesOf(one: OperatorCase, x: readonly Read[]): number[] {
  return one.values ? one.values(...x) : indices(one.shape).map((index) => one.at(index, ...x));
}

/** Five-point differences of Σ weight · output by every element of one input: the error is of order h⁴. */
function differences(
  one: OperatorCase,
  tensors: readonly Tensor[],
  index: number,
  weights: readonly number[],
): number[] {
  const h = 1e-4;
  const readers = tensors.map(reader);
  const own = numbers(tensors[index]);
  const lossAt = (position: number, offset: number): number => {
    const moved = reader({
      shape: tensors[index]!.shape,
      data: Float64Array.from(own.with(position, own[position]! + offset)),
    });
    return total(valuesOf(one, readers.with(index, moved)).map((value, at) => value * weights[at]!));
  };
  return own.map((_, position) => {
    const inner = lossAt(position, h) - lossAt(position, -h);
    const outer = lossAt(position, 2 * h) - lossAt(position, -2 * h);
    return (8 * inner - outer) / (12 * h);
  });
}

function describe({ inputs, shape }: OperatorCase): string {
  return `${inputs.map((x) => formatShape('data' in x ? x.shape : x)).join(' ')} → ${formatShape(shape)}`;
}
