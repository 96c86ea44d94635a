import type { Dimension, Shape, SymbolicTensor } from '@sensorium/contracts';
import { dtypeError } from '../error.js';
import { defineOperator, single } from '../operator.js';
import {
  addDimensions,
  broadcastShapes,
  divideDimensions,
  formatShape,
  knownSize,
  normalizeAxis,
  sameShape,
  shapeError,
  sizeOf,
} from '../shape.js';
import { constant } from '../value.js';
import { pad } from './padding.js';
import { sumTo } from './reduction.js';

interface Target {
  readonly [attribute: string]: Shape;
  readonly $shape: Shape;
}

const reshapeOperator = defineOperator<Target>('Reshape', {
  shape: (_, { $shape }) => $shape,
  gradient: ({ inputs: [x], upstream }) => [reshapeLike(upstream, x.shape), null],
});

/** The same elements in another shape. One dimension may be -1: what is left. */
export function reshape(x: SymbolicTensor, shape: Shape): SymbolicTensor {
  const rest = sizeOf(shape.filter((dimension) => dimension !== -1));
  const left = divideDimensions(sizeOf(x.shape), rest);
  const target = shape.map((dimension) => (dimension === -1 ? left : dimension));
  if (left === undefined || target.includes(undefined) || (!shape.includes(-1) && left !== 1)) {
    throw shapeError(`${formatShape(x.shape)} cannot be reshaped to ${formatShape(shape)}`);
  }
  return reshapeLike(x, target as Dimension[]);
}

/** Reshape to a shape that is known to fit. */
export function reshapeLike(x: SymbolicTensor, shape: Shape): SymbolicTensor {
  if (sameShape(x.shape, shape)) return x;
  const unknown = shape.filter((dimension) => typeof dimension === 'string');
  if (unknown.length > 1) throw shapeError(`${formatShape(shape)} has more than one unknown dimension`);
  const sizes = shape.map((dimension) => (typeof dimension === 'string' ? -1 : dimension));
  return single(reshapeOperator([x, constant(sizes, 'int64')], { $shape: shape }));
}

/** Joins neighbouring axes into one: [B,T,D] → [B*T,D] is flatten(x, 0, 2). */
export function flatten(x: SymbolicTensor, from = 1, to = x.shape.length): SymbolicTensor {
  return reshapeLike(x, [...x.shape.slice(0, from), sizeOf(x.shape.slice(from, to)), ...x.shape.slice(to)]);
}

/** A new axis of size 1 before `axis`. */
export function unsqueeze(x: SymbolicTensor, axis: number): SymbolicTensor {
  const at = normalizeAxis(axis, x.shape.length + 1);
  return reshapeLike(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
}

/** Without an axis of size 1. */
export function squeeze(x: SymbolicTensor, axis: number): SymbolicTensor {
  const at = normalizeAxis(axis, x.shape.length);
  if (x.shape[at] !== 1) throw shapeError(`axis ${axis} of ${formatShape(x.shape)} is not 1`);
  return reshapeLike(x, x.shape.toSpliced(at, 1));
}

const transposeOperator = defineOperator<{ perm: readonly number[] }>('Transpose', {
  shape: ([x], { perm }) => perm.map((axis) => x.shape[axis] ?? 1),
  gradient: ({ upstream, attributes: { perm } }) => [
    transpose(
      upstream,
      perm.map((_, axis) => perm.indexOf(axis)),
    ),
  ],
});
/** Axes in another order; default: the last two swapped. */
export function transpose(x: SymbolicTensor, permutation?: readonly number[]): SymbolicTensor {
  const rank = x.shape.length;
  const perm = permutation ?? x.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
  if (perm.length !== rank || !x.shape.every((_, axis) => perm.includes(axis))) {
    throw shapeError(`[${perm.join(',')}] is not an order of the axes of ${formatShape(x.shape)}`);
  }
  return single(transposeOperator([x], { perm }));
}

const concatOperator = defineOperator<{ axis: number }>('Concat', {
  shape: (inputs, { axis }) => {
    const sizes = inputs.map((x) => x.shape[axis] ?? 1);
    return inputs[0].shape.with(axis, sizes.reduce(addDimensions));
  },
  gradient: ({ inputs, upstream, attributes: { axis } }) => {
    let start = 0;
    return inputs.map((x) => {
      const size = knownSize(x.shape, axis);
      start += size;
      return slice(upstream, axis, start - size, start);
    });
  },
});
/** Joins along `axis`. All other dimensions must agree. */
export function concat(parts: readonly SymbolicTensor[], axis = -1): SymbolicTensor {
  const [first, ...others] = parts;
  if (!first) throw shapeError('concat needs at least one tensor');
  if (others.length === 0) return first;
  const at = normalizeAxis(axis, first.shape.length);
  for (const other of others) {
    if (other.dtype !== first.dtype)
      throw dtypeError(`Concat of ${first.dtype} and ${other.dtype}`, 'Use cast() on one of them.');
    if (!sameShape(other.shape.toSpliced(at, 1), first.shape.toSpliced(at, 1))) {
      throw shapeError(`${formatShape(first.shape)} and ${formatShape(other.shape)} do not join along axis ${axis}`);
    }
  }
  return single(concatOperator(parts, { axis: at }));
}

interface Range {
  readonly [attribute: string]: number;
  readonly $axis: number;
  readonly $start: number;
  readonly $stop: number;
  readonly $step: number;
}
const sliceOperator = defineOperator<Range>('Slice', {
  shape: ([x], { $axis, $start, $stop, $step }) => x.shape.with($axis, Math.ceil(($stop - $start) / $step)),
  gradient: ({ inputs: [x], upstream, attributes: { $axis, $start, $step } }) => {
    const apart = $step === 1 ? upstream : spreadOut(upstream, $axis, $step);
    const room = knownSize(x.shape, $axis) - $start;
    const fitting = knownSize(apart.shape, $axis) > room ? slice(apart, $axis, 0, room) : apart;
    return [pad(fitting, $axis, $start, room - knownSize(fitting.shape, $axis)), null, null, null, null];
  },
});
/** Elements start, start + step, … below stop, along one axis of known size. Negative ends count from the end. */
export function slice(x: SymbolicTensor, axis: number, start: number, stop?: number, step = 1): SymbolicTensor {
  const at = normalizeAxis(axis, x.shape.length);
  if (!Number.isInteger(step) || step < 1) throw shapeError(`the step of a slice is 1 or more, not ${step}`);
  const dimension = x.shape[at];
  if (typeof dimension !== 'number' && (start < 0 || stop === undefined || stop < 0)) knownSize(x.shape, at);
  const size = typeof dimension === 'number' ? dimension : Infinity;
  const clamp = (end: number): number => Math.min(size, Math.max(0, end < 0 ? end + size : end));
  const [$start, $stop] = [clamp(start), clamp(stop ?? size)];
  if ($start === 0 && $stop === size && step === 1) return x;
  if ($stop <= $start)
    throw shapeError(`slice ${start}…${stop ?? ''} of axis ${axis} of ${formatShape(x.shape)} is empty`);
  const vectors = [$start, $stop, at, step].map((number) => constant([number], 'int64'));
  return single(sliceOperator([x, ...vectors], { $axis: at, $start, $stop, $step: step }));
}

/** Puts step − 1 zeros after every element along one axis. */
function spreadOut(x: SymbolicTensor, axis: number, step: number): SymbolicTensor {
  const apart = pad(unsqueeze(x, axis + 1), axis + 1, 0, step - 1);
  return flatten(apart, axis, axis + 2);
}

/** Parts of the given sizes along one axis. */
export function split(x: SymbolicTensor, sizes: readonly number[], axis = -1): SymbolicTensor[] {
  let start = 0;
  return sizes.map((size) => {
    start += size;
    return slice(x, axis, start - size, start);
  });
}

const shapeOperator = defineOperator('Shape', { dtype: () => 'int64', shape: ([x]) => [x.shape.length] });

const expandOperator = defineOperator<Target>('Expand', {
  shape: ([x], { $shape }) => broadcastShapes(x.shape, $shape),
  gradient: ({ inputs: [x], upstream }) => [sumTo(upstream, x.shape), null],
});
/** Broadcasts `x` to the shape of `like`. */
export function expandLike(x: SymbolicTensor, like: SymbolicTensor): SymbolicTensor {
  return expand(x, like.shape, like);
}

/** Broadcasts `x` to `shape`; its unknown dimensions are those of `like`, at the same axes. */
export function expand(x: SymbolicTensor, shape: Shape, like?: SymbolicTensor): SymbolicTensor {
  if (sameShape(x.shape, shape)) return x;
  return single(expandOperator([x, shapeVector(shape, like)], { $shape: shape }));
}

/** A shape as an int64 vector; unknown dimensions are read from `like`, at the same axes. */
export function shapeVector(shape: Shape, like?: SymbolicTensor): SymbolicTensor {
  if (shape.every((dimension) => typeof dimension === 'number')) return constant(shape, 'int64');
  if (!like)
    throw shapeError(`${formatShape(shape)} has unknown dimensions, and no tensor was given to read them from`);
  const sizes = single(shapeOperator([like], {}));
  if (sameShape(shape, like.shape)) return sizes;
  return concat(
    shape.map((dimension, axis) =>
      typeof dimension === 'number' ? constant([dimension], 'int64') : slice(sizes, 0, axis, axis + 1),
    ),
    0,
  );
}

export function zerosLike(x: SymbolicTensor): SymbolicTensor {
  return expandLike(constant(0, x.dtype), x);
}
