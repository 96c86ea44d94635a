import { SensoriumError, type Shape, type SymbolicTensor } from '@sensorium/contracts';
import { gradients } from '../differentiate/gradients.js';
import { sum } from '../operators/reduction.js';
import { nodesInOrder } from '../traverse.js';
import { input, valueOf } from '../value.js';
import { isRunOn, type OperatorBackend } from './operator-backends.js';
import type { OperatorCase } from './operator-case.js';

/** What the cases of an operator tell about it. */
export interface OperatorFacts {
  /** Types of the ONNX nodes that it becomes in all of its uses; or, where they have nothing in common, in any. */
  readonly types: readonly string[];
  /** Whether it has a gradient, or why not. */
  readonly gradient: string;
  /** Which axes of the inputs may be of unknown size; undefined if there are none. */
  readonly unknownSize?: OpenAxes;
  /** The same where gradients are built, if that is less. */
  readonly unknownSizeInGradient?: OpenAxes;
  /** In how many ways it is applied. */
  readonly cases: number;
  /** In how many of them it is compared with a formula, on every backend. */
  readonly tested: Readonly<Record<OperatorBackend, number>>;
  /** How many of those with floats ONNX Runtime's cpu provider computes in double precision; undefined if there are none. */
  readonly doubles?: { readonly count: number; readonly of: number };
  /** What ONNX Runtime's webgpu refuses, and why. */
  readonly refusedByWebgpu: readonly string[];
}

/** 'first': some, among them always the first axis of the first input. */
export type OpenAxes = 'any' | 'first' | 'some' | 'none';

export function operatorFacts(cases: readonly OperatorCase[]): OperatorFacts {
  const built = cases.map((one) => build(one));
  const types = built.map(({ output }) => nodesInOrder([valueOf(output)]).map(({ definition }) => definition.type));
  const used = types.filter((list) => list.length > 0);
  const common = (used[0] ?? []).filter((type) => used.every((list) => list.includes(type)));
  const gradient = gradientOf(built);
  const unknownSize = openAxes(cases, (applied) => applied);
  const inGradient = gradient === 'yes' ? openAxes(cases, differentiate) : unknownSize;
  return {
    types: [...new Set(common.length ? common : used.flat())],
    gradient,
    unknownSize,
    unknownSizeInGradient: inGradient === unknownSize ? undefined : inGradient,
    cases: cases.length,
    tested: {
      cpu: countOn('cpu', cases),
      wasm: countOn('wasm', cases),
      webgpu: countOn('webgpu', cases),
    },
    doubles: doublesOf(cases),
    refusedByWebgpu: [...new Set(cases.flatMap((one) => one.refusedByWebgpu ?? []))],
  };
}

const countOn = (backend: OperatorBackend, cases: readonly OperatorCase[]): number =>
  cases.filter((one) => isRunOn(backend, one)).length;

function doublesOf(cases: readonly OperatorCase[]): OperatorFacts['doubles'] {
  const types = cases.flatMap((one) => {
    const own = one.inputs.map((x) => ('data' in x ? x.dtype : (one.dtype ?? 'float64')));
    const floats = own.filter((dtype) => dtype.startsWith('float'));
    return floats.length ? [floats.every((dtype) => dtype === 'float64')] : [];
  });
  return types.length ? { count: types.filter(Boolean).length, of: types.length } : undefined;
}

interface Built {
  readonly inputs: readonly SymbolicTensor[];
  readonly output: SymbolicTensor;
}

function build(one: OperatorCase, shapeOf: (shape: Shape, input: number) => Shape = (shape) => shape): Built {
  const inputs = one.inputs.map((x, index) =>
    'data' in x
      ? input(`x${index}`, x.dtype, shapeOf(x.shape, index))
      : input(`x${index}`, one.dtype ?? 'float64', shapeOf(x, index)),
  );
  return { inputs, output: one.build(...inputs) };
}

function gradientOf(built: readonly Built[]): string {
  const floating = built.filter(({ output }) => isFloat(output));
  if (floating.length === 0)
    return `none: the result is ${[...new Set(built.map(({ output }) => output.dtype))].join(', ')}`;
  const given = floating.flatMap(({ inputs }) => inputs);
  if (given.length > 0 && !given.some(isFloat)) return 'none: no input is a float';
  try {
    const all = floating.flatMap(({ inputs, output }) => gradients(sum(output), inputs.filter(isFloat)));
    if (all.length > 0) return all.every((gradient) => isZero(gradient)) ? '0' : 'yes';
  } catch (error) {
    if (!SensoriumError.is(error) || error.code !== 'SENSORIUM_NO_GRADIENT') throw error;
  }
  return 'none: refused';
}

const isFloat = ({ dtype }: SymbolicTensor): boolean => dtype.startsWith('float');

/** Zeros as `gradients` gives them where nothing flows back. */
function isZero(gradient: SymbolicTensor): boolean {
  const { source } = valueOf(gradient);
  if (source.kind === 'constant') return Number(source.tensor.data[0]) === 0;
  if (source.kind !== 'node' || source.node.definition.type !== 'Expand') return false;
  const [value] = source.node.inputs;
  return value ? isZero(value) : false;
}

/** The gradients of all floats. */
const differentiate = ({ inputs, output }: Built): unknown =>
  isFloat(output) && gradients(sum(output), inputs.filter(isFloat));

/** An axis of an input of one case. Those of size 1 are none that could be open: they broadcast, or go. */
interface OpenAxis {
  readonly one: OperatorCase;
  readonly input: number;
  readonly axis: number;
  readonly shape: Shape;
}

function openAxes(cases: readonly OperatorCase[], use: (applied: Built) => unknown): OpenAxes | undefined {
  const all = cases.flatMap((one) =>
    one.inputs.flatMap((x, input) => {
      const shape = 'data' in x ? x.shape : x;
      return shape.flatMap((size, axis): OpenAxis[] => (size === 1 ? [] : [{ one, input, axis, shape }]));
    }),
  );
  if (all.length === 0) return undefined;
  const open = new Set(all.filter((axis) => mayBeOpen(axis, use)));
  if (open.size === 0) return 'none';
  if (open.size === all.length) return 'any';
  return all.every((one) => one.input > 0 || one.axis > 0 || open.has(one)) ? 'first' : 'some';
}

/** Which axes of other inputs, of the same size, are of the same name: none, those at the same place, or those that broadcast. */
const shared: readonly ((own: OpenAxis, input: number, axis: number, rank: number) => boolean)[] = [
  (own, input, axis) => input === own.input && axis === own.axis,
  (own, _, axis, rank) => rank === own.shape.length && axis === own.axis,
  (own, _, axis, rank) => axis - rank === own.axis - own.shape.length,
];

function mayBeOpen(own: OpenAxis, use: (applied: Built) => unknown): boolean {
  return shared.some((isShared) => {
    const opened = (shape: Shape, input: number): Shape =>
      shape.map((size, axis) =>
        size === own.shape[own.axis] && isShared(own, input, axis, shape.length) ? 'unknown' : size,
      );
    return isAccepted(() => use(build(own.one, opened)));
  });
}

function isAccepted(action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (SensoriumError.is(error)) return false;
    throw error;
  }
}
