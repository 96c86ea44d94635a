import type { Dimension, Shape, SymbolicTensor } from '@sensorium/contracts';
import { defineOperator, single } from '../operator.js';
import { formatShape, knownSize, normalizeAxis, shapeError } from '../shape.js';
import { constant } from '../value.js';
import { pad } from './padding.js';
import { concat, spreadOut, zerosLike } from './shaping.js';

/** Elements start, start + step, … before stop, along one axis. Negative ends count from the end of the axis. */
export interface AxisSlice {
  readonly axis: number;
  /** Default: the first element, or with a negative step the last one. */
  readonly start?: number;
  /** Default: all that are left. */
  readonly stop?: number;
  /** Not 0; elements are taken backwards if it is negative. Default 1 */
  readonly step?: number;
}

/** A slice that is resolved: `start` and `stop` are positions, and `stop` is −1 where the first element is the last one taken. */
interface Range {
  readonly axis: number;
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  /** How many elements it takes. */
  readonly length: Dimension;
}

interface SliceAttributes {
  readonly [attribute: string]: Shape;
  readonly $axes: readonly number[];
  readonly $starts: readonly number[];
  readonly $steps: readonly number[];
  readonly $lengths: Shape;
}

const sliceOperator = defineOperator<SliceAttributes>('Slice', {
  shape: ([x], { $axes, $lengths }) =>
    $axes.reduce<Shape>((shape, axis, at) => shape.with(axis, $lengths[at] ?? 1), x.shape),
  gradient: ({ inputs: [x], upstream, attributes: { $axes, $starts, $steps } }) => {
    const back = (gradient: SymbolicTensor, axis: number, at: number): SymbolicTensor =>
      putBack(gradient, axis, x.shape[axis] ?? 1, $starts[at] ?? 0, $steps[at] ?? 1);
    return [$axes.reduce(back, upstream), null, null, null, null];
  },
});

/** Zeros around and between the elements that a slice took of an axis of `size`. */
function putBack(taken: SymbolicTensor, axis: number, size: Dimension, start: number, step: number): SymbolicTensor {
  const length = taken.shape[axis];
  if (step < 0) {
    const forwards = slice(taken, axis, undefined, undefined, -1);
    const first = typeof length === 'number' ? start + (length - 1) * step : 0;
    return putBack(forwards, axis, size, first, -step);
  }
  if (length === size) return taken;
  const apart = step === 1 ? taken : spreadOut(taken, axis, step);
  const room = knownSize([size], 0) - start;
  const fitting = knownSize(apart.shape, axis) > room ? slice(apart, axis, 0, room) : apart;
  return pad(fitting, axis, start, room - knownSize(fitting.shape, axis));
}

/** `sliceAxes` of one axis. */
export function slice(x: SymbolicTensor, axis: number, start?: number, stop?: number, step?: number): SymbolicTensor {
  return sliceAxes(x, [{ axis, start, stop, step }]);
}

/**
 * Some elements along one axis or several; see `AxisSlice`. Ends beyond the axis are cut to it. Of an axis of unknown size
 * can be taken: all of it, forwards or backwards, or elements between ends that count from its beginning, which it must have.
 * Throws SENSORIUM_SHAPE where nothing is left.
 */
export function sliceAxes(x: SymbolicTensor, slices: readonly AxisSlice[]): SymbolicTensor {
  const ranges = slices.map((one) => resolve(x.shape, one)).filter((range) => !isWhole(range, x.shape));
  if (ranges.length === 0) return x;
  const vectors = [
    ranges.map(({ start }) => start),
    ranges.map(({ stop }) => (stop < 0 ? BEFORE_ALL : Math.min(stop, BEHIND_ALL))),
    ranges.map(({ axis }) => axis),
    ranges.map(({ step }) => step),
  ];
  const inputs = [x, ...vectors.map((numbers) => constant(numbers, 'int64'))];
  const attributes = {
    $axes: ranges.map(({ axis }) => axis),
    $starts: ranges.map(({ start }) => start),
    $steps: ranges.map(({ step }) => step),
    $lengths: ranges.map(({ length }) => length),
  };
  return single(sliceOperator(inputs, attributes));
}

/** What ONNX calls the ends of axes of any size: −1 would be the last element. */
const BEHIND_ALL = 2 ** 31 - 1;
const BEFORE_ALL = -BEHIND_ALL;

const isWhole = ({ axis, step, length }: Range, shape: Shape): boolean => step === 1 && length === shape[axis];

function resolve(shape: Shape, { axis: given, start, stop, step = 1 }: AxisSlice): Range {
  const axis = normalizeAxis(given, shape.length);
  if (!Number.isInteger(step) || step === 0)
    throw shapeError(`the step of a slice is a whole number but 0, not ${step}`);
  const dimension = shape[axis] ?? 1;
  const all = start === undefined && stop === undefined;
  if (typeof dimension === 'string' && all && Math.abs(step) === 1) {
    return { axis, start: step > 0 ? 0 : BEHIND_ALL, stop: step > 0 ? BEHIND_ALL : -1, step, length: dimension };
  }
  const counted = (start ?? 0) >= 0 && (stop ?? -1) >= 0 && step > 0;
  const size = typeof dimension === 'number' || !counted ? knownSize(shape, axis) : Infinity;
  // Backwards, the ends are one further down: from the last element to before the first.
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const position = (end: number): number => Math.min(high, Math.max(low, end < 0 ? end + size : end));
  const from = start === undefined ? (step > 0 ? low : high) : position(start);
  const to = stop === undefined ? (step > 0 ? high : low) : position(stop);
  const length = Math.ceil((to - from) / step);
  if (length <= 0)
    throw shapeError(`slice ${start ?? ''}…${stop ?? ''} of axis ${given} of ${formatShape(shape)} is empty`);
  return { axis, start: from, stop: to, step, length };
}

const splitOperator = defineOperator<{ axis: number; $sizes: readonly number[] }>('Split', {
  infer: ([{ dtype, shape }], { axis, $sizes }) => $sizes.map((size) => ({ dtype, shape: shape.with(axis, size) })),
  gradient: ({ outputs, upstreams, attributes: { axis } }) => [
    concat(
      outputs.map((output, index) => upstreams[index] ?? zerosLike(output)),
      axis,
    ),
    null,
  ],
});
/** Parts of the given sizes along one axis. Throws SENSORIUM_SHAPE where they are not all of it. */
export function split(x: SymbolicTensor, sizes: readonly number[], axis = -1): SymbolicTensor[] {
  const at = normalizeAxis(axis, x.shape.length);
  if (sizes.reduce((a, b) => a + b, 0) !== knownSize(x.shape, at)) {
    throw shapeError(`parts of ${formatShape(sizes)} are not axis ${axis} of ${formatShape(x.shape)}`);
  }
  return sizes.length === 1 ? [x] : splitOperator([x, constant(sizes, 'int64')], { axis: at, $sizes: sizes });
}
