import type { DataType, SymbolicTensor, Tensor } from '@sensorium/contracts';
import { makeTensor } from '@sensorium/tensors';
import { indices, range, total, type Read } from './numbers.js';

/** An operator applied in one way: what it is fed, and what every element of its result should be. */
export type OperatorCase = Application & (ByElement | AsWhole);

interface ByElement {
  readonly values?: undefined;
  readonly at: (index: readonly number[], ...x: Read[]) => number;
}

interface AsWhole {
  /** All elements of the result, in row-major order. */
  readonly values: (...x: Read[]) => number[];
}

interface Application {
  readonly build: (...x: SymbolicTensor[]) => SymbolicTensor;
  /** Shapes of floating-point inputs, or whole tensors. */
  readonly inputs: readonly (readonly number[] | Tensor)[];
  /** Of the result. */
  readonly shape: readonly number[];
  /** Range of generated inputs. Default −2 … 2 */
  readonly low?: number;
  readonly high?: number;
  /** Default float64; float32 where ONNX Runtime's cpu provider computes the operator, or its gradient, in that alone. */
  readonly dtype?: DataType;
  /** False for results without gradient. Default true */
  readonly differentiable?: boolean;
  /** What of it ONNX Runtime's webgpu refuses, and why: 'groups in three dimensions, which …' */
  readonly refusedByWebgpu?: string;
}

type Elementwise = Partial<Application>;

export const unary = (
  build: OperatorCase['build'],
  formula: (x: number) => number,
  options: Elementwise = {},
): OperatorCase[] =>
  [[], [7], [2, 1, 3]].map((shape) => ({ build, inputs: [shape], shape, at: (i, x) => formula(x(i)), ...options }));

export const binary = (
  build: (a: SymbolicTensor, b: SymbolicTensor) => SymbolicTensor,
  formula: (a: number, b: number) => number,
  options: Elementwise = {},
): OperatorCase[] =>
  [
    {
      inputs: [
        [2, 3],
        [2, 3],
      ],
      shape: [2, 3],
    },
    { inputs: [[2, 3], []], shape: [2, 3] },
    { inputs: [[3], [2, 3]], shape: [2, 3] },
    {
      inputs: [
        [2, 3, 1],
        [3, 4],
      ],
      shape: [2, 3, 4],
    },
    {
      inputs: [
        [1, 4],
        [3, 1],
      ],
      shape: [3, 4],
    },
  ].map((shapes) => ({
    build: build,
    ...shapes,
    at: (i, a, b) => formula(a(i), b(i)),
    ...options,
  }));

export const one = (
  options: Omit<Application, 'inputs' | 'build'> &
    ByElement & { x: readonly number[] | Tensor; build: (x: SymbolicTensor) => SymbolicTensor },
): OperatorCase => ({
  inputs: [options.x],
  ...options,
  build: options.build,
});

/** In single precision, with a formula of whole lists of numbers in row-major order. */
export const listwise = ({
  formula,
  ...options
}: Omit<Application, 'inputs'> & {
  inputs: readonly (readonly number[])[];
  formula: (...lists: [number[], number[], number[], number[], number[]]) => number[];
}): OperatorCase => ({
  ...single,
  ...options,
  values: (...x) => {
    const lists = x.map((read, at) => indices(options.inputs[at]!).map((index) => read(index)));
    return formula(...(lists as Parameters<typeof formula>));
  },
});

export const ints = (
  values: readonly number[],
  shape: readonly number[] = [values.length],
  dtype: DataType = 'int64',
): Tensor => makeTensor(dtype, shape, values);
/** A floating-point input of given numbers. */
export const doubles = (
  values: readonly number[],
  shape?: readonly number[],
  dtype: 'float64' | 'float32' = 'float64',
): Tensor => ints(values, shape, dtype);
export const positive = { low: 0.5, high: 3 };
export const constants = { differentiable: false };
export const single = { dtype: 'float32' } as const;

/** ∫ 2/√π exp(−t²) from 0 to x by Simpson's rule. */
export function erf(x: number): number {
  const steps = 2000;
  const f = (k: number): number => Math.exp(-(((x * k) / steps) ** 2));
  const inner = total(range(steps - 1).map((k) => ((k + 1) % 2 ? 4 : 2) * f(k + 1)));
  return ((2 / Math.sqrt(Math.PI)) * (x / steps) * (f(0) + inner + f(steps))) / 3;
}
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Index with `value` at `axis`. */
export const put = (index: readonly number[], axis: number, value: number): number[] => [...index].with(axis, value);
export const softmaxAt = (axis: number, length: number, index: readonly number[], x: Read): number =>
  Math.exp(x(index)) / total(range(length).map((k) => Math.exp(x(put(index, axis, k)))));

export const moments = (x: Read, index: readonly number[], length: number): { mean: number; deviation: number } => {
  const row = range(length).map((k) => x(put(index, index.length - 1, k)));
  const mean = total(row) / length;
  return { mean, deviation: Math.sqrt(total(row.map((value) => (value - mean) ** 2)) / length + 1e-5) };
};
