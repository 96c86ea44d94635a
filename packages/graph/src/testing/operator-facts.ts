import { SensoriumError, type Shape, type SymbolicTensor } from '@sensorium/contracts';
import { gradients } from '../differentiate/gradients.js';
import { sum } from '../operators/reduction.js';
import { nodesInOrder } from '../traverse.js';
import { input, valueOf } from '../value.js';
import type { OperatorCase } from './operator-case.js';

/** What the cases of an operator tell about it. */
export interface OperatorFacts {
  /** Types of the ONNX nodes that it becomes in all of its uses; or, where they have nothing in common, in any. */
  readonly types: readonly string[];
  /** Whether it has a gradient, or why not. */
  readonly gradient: string;
  /** Whether an axis of unknown size may be among the inputs'; undefined if they have none. */
  readonly unknownSize?: boolean;
  /** What ONNX Runtime's webgpu refuses, and why. */
  readonly refusedByWebgpu: readonly string[];
}

export function operatorFacts(cases: readonly OperatorCase[]): OperatorFacts {
  const built = cases.map((one) => build(one));
  const types = built.map(({ output }) => nodesInOrder([valueOf(output)]).map(({ definition }) => definition.type));
  const used = types.filter((list) => list.length > 0);
  const common = (used[0] ?? []).filter((type) => used.every((list) => list.includes(type)));
  return {
    types: [...new Set(common.length ? common : used.flat())],
    gradient: gradientOf(built),
    unknownSize: takesUnknownSize(cases),
    refusedByWebgpu: [...new Set(cases.flatMap((one) => one.refusedByWebgpu ?? []))],
  };
}

interface Built {
  readonly inputs: readonly SymbolicTensor[];
  readonly output: SymbolicTensor;
}

function build(one: OperatorCase, shapeOf = (shape: Shape): Shape => shape): Built {
  const inputs = one.inputs.map((x, index) =>
    'data' in x
      ? input(`x${index}`, x.dtype, shapeOf(x.shape))
      : input(`x${index}`, one.dtype ?? 'float64', shapeOf(x)),
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

function takesUnknownSize(cases: readonly OperatorCase[]): boolean | undefined {
  const trials = cases.flatMap((one) =>
    one.inputs.flatMap((x) =>
      ('data' in x ? x.shape : x).map((size, axis, shape) => ({ one, size, axis, rank: shape.length })),
    ),
  );
  if (trials.length === 0) return undefined;
  return trials.some(({ one, size, axis, rank }) => {
    const isUnknown = (shape: Shape): boolean => shape.length === rank && shape[axis] === size;
    try {
      build(one, (shape) => (isUnknown(shape) ? shape.with(axis, 'unknown') : shape));
      return true;
    } catch (error) {
      if (SensoriumError.is(error)) return false;
      throw error;
    }
  });
}
