import type { Dimension, Shape, SymbolicTensor } from '@sensorium/contracts';
import { defineOperator, single } from '../operator.js';
import { formatShape } from '@sensorium/tensors';
import { at, knownSize, normalizeAxis, shapeError } from '../shape.js';
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

/** A slice that is resolved to positions from the beginning, forwards: `reverse` turns what it takes around. */
interface Range {
  readonly axis: number;
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  /** How many elements it takes. */
  readonly length: Dimension;
  readonly reverse: boolean;
}

interface SliceAttributes {
  readonly $axes: readonly number[];
  readonly $starts: readonly number[];
  readonly $steps: readonly number[];
  readonly $lengths: Shape;
}

const sliceOperator = defineOperator<SliceAttributes>('Slice', {
  shape: ([x], { $axes, $lengths }) =>
    $axes.reduce<Shape>((shape, axis, index) => shape.with(axis, at($lengths, index)), x.shape),
  gradient: ({ inputs: [x], upstream, attributes: { $axes, $starts, $steps } }) => {
    const back = (gradient: SymbolicTensor, axis: number, index: number): SymbolicTensor =>
      putBack(gradient, axis, knownSize(x.shape, axis), at($starts, index), at($steps, index));
    return [$axes.reduce(back, upstream), null, null, null, null];
  },
});

/** Zeros around and between the elements that a slice took of an axis of `size`. */
export function putBack(
  taken: SymbolicTensor,
  axis: number,
  size: number,
  start: number,
  step: number,
): SymbolicTensor {
  const apart = step === 1 ? taken : spreadOut(taken, axis, step);
  const room = size - start;
  const fitting = knownSize(apart.shape, axis) > room ? slice(apart, axis, 0, room) : apart;
  return pad(fitting, axis, start, room - knownSize(fitting.shape, axis));
}

const reverseOperator = defineOperator<{ $axes: readonly number[] }>('Slice', {
  shape: ([x]) => x.shape,
  gradient: ({ upstream, attributes: { $axes } }) => [reversed(upstream, $axes), null, null, null, null],
});
/** All elements, backwards along some axes. */
function reversed(x: SymbolicTensor, $axes: readonly number[]): SymbolicTensor {
  const all = (end: number): SymbolicTensor => constant(Array<number>($axes.length).fill(end), 'int64');
  return single(reverseOperator([x, all(LAST), all(-LAST), constant($axes, 'int64'), all(-1)], { $axes }));
}

/** To ONNX the end of an axis of any size, and negative what is before its beginning. */
const LAST = 2 ** 31 - 1;

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
  const all = slices.map((one) => resolve(x.shape, one));
  const ranges = all.filter(({ axis, length }) => length !== x.shape[axis]);
  const [$axes, $starts, $steps] = [
    ranges.map(({ axis }) => axis),
    ranges.map(({ start }) => start),
    ranges.map(({ step }) => step),
  ];
  const vectors = [$starts, ranges.map(({ stop }) => stop), $axes, $steps];
  const inputs = [x, ...vectors.map((numbers) => constant(numbers, 'int64'))];
  const attributes = { $axes, $starts, $steps, $lengths: ranges.map(({ length }) => length) };
  const taken = ranges.length ? single(sliceOperator(inputs, attributes)) : x;
  // A step of its own: ONNX Runtime's webgpu takes the wrong elements where a step is below −1.
  const backwards = all.filter(({ reverse }) => reverse).map(({ axis }) => axis);
  return backwards.length ? reversed(taken, backwards) : taken;
}

function resolve(shape: Shape, { axis: given, start, stop, step = 1 }: AxisSlice): Range {
  const axis = normalizeAxis(given, shape.length);
  if (!Number.isInteger(step) || step === 0) {
    throw shapeError(`the step of a slice is a whole number but 0, not ${step}`);
  }
  const dimension = at(shape, axis);
  const reverse = step < 0;
  if (typeof dimension === 'string' && isAll(start, stop, step)) {
    return { axis, start: 0, stop: LAST, step: 1, length: dimension, reverse };
  }
  const isCounted = !reverse && (start ?? 0) >= 0 && (stop ?? -1) >= 0;
  const size = typeof dimension === 'string' && isCounted ? Infinity : knownSize(shape, axis);
  // Backwards, both ends are one further down: from the last element to before the first.
  const [low, high] = reverse ? [-1, size - 1] : [0, size];
  const position = (end: number): number => Math.min(high, Math.max(low, end < 0 ? end + size : end));
  const first = start === undefined ? (reverse ? high : low) : position(start);
  const end = stop === undefined ? (reverse ? low : high) : position(stop);
  const length = Math.ceil((end - first) / step);
  if (length <= 0) {
    throw shapeError(`slice ${start ?? ''}…${stop ?? ''} of axis ${given} of ${formatShape(shape)} is empty`);
  }
  const last = first + (length - 1) * step;
  return reverse
    ? { axis, start: last, stop: first + 1, step: -step, length, reverse }
    : { axis, start: first, stop: end, step, length, reverse };
}

/** Beyond the end of every axis: exporters write such ends in many ways. */
const FAR = 1e9;

/** Whether a slice takes all of any axis; as in ONNX, ends that are far away are the ends of the axis. */
function isAll(start: number | undefined, stop: number | undefined, step: number): boolean {
  if (step === 1) return (start ?? 0) === 0 && (stop ?? LAST) >= FAR;
  return step === -1 && (start === undefined || start === -1 || start >= FAR) && (stop ?? -LAST) <= -FAR;
}

const splitOperator = defineOperator<{ axis: number; $sizes: readonly number[] }>('Split', {
  attributes: { axis: 'int' },
  infer: ([{ dtype, shape }], { axis, $sizes }) => $sizes.map((size) => ({ dtype, shape: shape.with(axis, size) })),
  gradient: ({ outputs, upstreams, attributes: { axis } }) => [
    concat(
      outputs.map((output, index) => upstreams[index] ?? zerosLike(output)),
      axis,
    ),
    null,
  ],
});
/** A symbol for each of the sizes. */
export type Parts<Sizes extends readonly number[]> = { -readonly [Index in keyof Sizes]: SymbolicTensor };

/**
 * Parts of the given sizes along one axis, default the last, whose size is known. Throws SENSORIUM_SHAPE where they are
 * not all of it.
 */
export function split<const Sizes extends readonly number[]>(x: SymbolicTensor, sizes: Sizes, axis = -1): Parts<Sizes> {
  const at = normalizeAxis(axis, x.shape.length);
  if (sizes.reduce((a, b) => a + b, 0) !== knownSize(x.shape, at)) {
    throw shapeError(`parts of ${formatShape(sizes)} are not axis ${axis} of ${formatShape(x.shape)}`);
  }
  const parts = sizes.length === 1 ? [x] : splitOperator([x, constant(sizes, 'int64')], { axis: at, $sizes: sizes });
  return parts as Parts<Sizes>;
}
