import { type Dimension, required, type Shape, type SymbolicTensor } from '@sensorium/contracts';
import { dtypeError } from '../error.js';
import { defineOperator, single } from '../operator.js';
import {
  addDimensions,
  at,
  broadcastShapes,
  divideDimensions,
  knownSize,
  multiplyDimensions,
  normalizeAxis,
  shapeError,
  sizeOf,
} from '../shape.js';
import { formatShape, sameShape } from '@sensorium/tensors';
import { constant, valueOf } from '../value.js';
import { gather } from './indexing.js';
import { pad } from './padding.js';
import { sum, sumTo } from './reduction.js';
import { slice, split } from './slicing.js';

interface Target {
  readonly $shape: Shape;
}

const reshapeOperator = defineOperator<Target>('Reshape', {
  shape: (_, { $shape }) => $shape,
  gradient: ({ inputs: [x], upstream }) => [
    canBeWritten(upstream.shape, x.shape) ? reshapeLike(upstream, x.shape) : reshapeTo(upstream, shapeOf(x), x.shape),
    null,
  ],
});

/**
 * The same elements in another shape. One dimension may be -1: what is left. Throws SENSORIUM_SHAPE where the elements
 * do not fit.
 */
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
  // Of a reshape after another only the last is left.
  const origin = beforeReshape(x);
  if (origin && (sameShape(origin.shape, shape) || canBeWritten(origin.shape, shape)))
    return reshapeLike(origin, shape);
  if (!canBeWritten(x.shape, shape)) return reshapeTo(x, computedSizes(x, shape), shape);
  return single(reshapeOperator([x, constant(reshapeSizes(x.shape, shape), 'int64')], { $shape: shape }));
}

/** Reshapes `x` to a shape that the graph computes (int64), of which `shape` says what is known. */
export const reshapeTo = (x: SymbolicTensor, target: SymbolicTensor, shape: Shape): SymbolicTensor =>
  single(reshapeOperator([x, target], { $shape: shape }));

/** A shape with several unknown dimensions: those that x has are read from it, and one other is what is left. */
function computedSizes(x: SymbolicTensor, shape: Shape): SymbolicTensor {
  const sizes = shapeOf(x);
  const parts = shape.map((dimension) => {
    if (typeof dimension === 'number') return dimension;
    const axis = x.shape.indexOf(dimension);
    return axis < 0 ? -1 : slice(sizes, 0, axis, axis + 1);
  });
  if (parts.filter((part) => part === -1).length > 1) {
    throw shapeError(`${formatShape(x.shape)} as ${formatShape(shape)} has more than one unknown dimension`);
  }
  return concat(
    parts.map((part) => (typeof part === 'number' ? constant([part], 'int64') : part)),
    0,
  );
}

/** To ONNX, 0 is the size that is at this axis already, and -1 whatever is left. */
const reshapeSizes = (from: Shape, to: Shape): number[] =>
  to.map((dimension, axis) => (typeof dimension === 'number' ? dimension : dimension === from[axis] ? 0 : -1));

const canBeWritten = (from: Shape, to: Shape): boolean =>
  reshapeSizes(from, to).filter((size) => size === -1).length <= 1;

function beforeReshape(x: SymbolicTensor): SymbolicTensor | null {
  const { source } = valueOf(x);
  return source.kind === 'node' && Object.is(source.node.definition, reshapeOperator.definition)
    ? required(source.node.inputs[0], 'what is reshaped')
    : null;
}

/**
 * Joins neighbouring axes `from` … before `to` into one, default all but the first: [B,T,D] → [B*T,D] is flatten(x, 0,
 * 2).
 */
export function flatten(x: SymbolicTensor, from = 1, to = x.shape.length): SymbolicTensor {
  return reshapeLike(x, [...x.shape.slice(0, from), sizeOf(x.shape.slice(from, to)), ...x.shape.slice(to)]);
}

/** A new axis of size 1 before `axis`; −1 is after the last. Throws SENSORIUM_SHAPE where there is no such place. */
export function unsqueeze(x: SymbolicTensor, axis: number): SymbolicTensor {
  const at = normalizeAxis(axis, x.shape.length + 1);
  return reshapeLike(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
}

/** Without an axis of size 1. Throws SENSORIUM_SHAPE where it has another size. */
export function squeeze(x: SymbolicTensor, axis: number): SymbolicTensor {
  const at = normalizeAxis(axis, x.shape.length);
  if (x.shape[at] !== 1) throw shapeError(`axis ${axis} of ${formatShape(x.shape)} is not 1`);
  return reshapeLike(x, x.shape.toSpliced(at, 1));
}

const transposeOperator = defineOperator<{ perm: readonly number[] }>('Transpose', {
  attributes: { perm: 'ints' },
  shape: ([x], { perm }) => perm.map((axis) => at(x.shape, axis)),
  gradient: ({ upstream, attributes: { perm } }) => [
    transpose(
      upstream,
      perm.map((_, axis) => perm.indexOf(axis)),
    ),
  ],
});
/**
 * Axes in another order; default: the last two swapped. Throws SENSORIUM_SHAPE where the order does not name every axis
 * once.
 */
export function transpose(x: SymbolicTensor, permutation?: readonly number[]): SymbolicTensor {
  const rank = x.shape.length;
  if (!permutation && isStack(x.shape)) {
    return reshapeLike(transpose(stacked(x)), [...x.shape.slice(0, -2), ...x.shape.slice(-2).reverse()]);
  }
  const perm = permutation ?? x.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
  if (perm.length !== rank || !x.shape.every((_, axis) => perm.includes(axis))) {
    throw shapeError(`[${perm.join(',')}] is not an order of the axes of ${formatShape(x.shape)}`);
  }
  return single(transposeOperator([x], { perm }));
}

/** Whether a tensor is matrices along several axes, with sizes known well enough to join these into one. */
export const isStack = (shape: Shape): boolean => shape.length > 3 && unknownSizes(shape) <= 1;

/** How many axes are of unknown size. */
export const unknownSizes = (shape: Shape): number => shape.filter((dimension) => typeof dimension !== 'number').length;

/**
 * Matrices along several axes as matrices along one: [..,M,N] → [B,M,N]. Where products and transpositions of matrices work
 * on these, ONNX Runtime does not merge a transposition before them (of attention's heads) with theirs, which a product does
 * in passing: merged it moves single numbers.
 */
export const stacked = (x: SymbolicTensor): SymbolicTensor => flatten(x, 0, x.shape.length - 2);

const concatOperator = defineOperator<{ axis: number }>('Concat', {
  attributes: { axis: 'int' },
  shape: (inputs, { axis }) => {
    const sizes = inputs.map((x) => at(x.shape, axis));
    return inputs[0].shape.with(axis, sizes.reduce(addDimensions));
  },
  gradient: ({ inputs, upstream, attributes: { axis } }) =>
    split(
      upstream,
      inputs.map((x) => knownSize(x.shape, axis)),
      axis,
    ),
});
/**
 * Joins along `axis`, default the last. Throws SENSORIUM_SHAPE where other dimensions do not agree or there is nothing
 * to join, SENSORIUM_DTYPE for several element types.
 */
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

/** Puts step − 1 zeros after every element along one axis. */
export function spreadOut(x: SymbolicTensor, axis: number, step: number): SymbolicTensor {
  const apart = pad(unsqueeze(x, axis + 1), axis + 1, 0, step - 1);
  return flatten(apart, axis, axis + 2);
}

const shapeOperator = defineOperator('Shape', { dtype: () => 'int64', shape: ([x]) => [x.shape.length] });
/** The sizes of all axes as they are when the graph runs: int64 [rank]. Not differentiable. */
export const shapeOf = (x: SymbolicTensor): SymbolicTensor => single(shapeOperator([x], {}));

const sizeOperator = defineOperator('Size', { dtype: () => 'int64', shape: () => [] });
/** How many elements there are when the graph runs: int64 scalar. Not differentiable. */
export const elementCount = (x: SymbolicTensor): SymbolicTensor => single(sizeOperator([x], {}));

/**
 * The size of one axis when the graph runs: int64 scalar. Not differentiable. Throws SENSORIUM_SHAPE where there is no
 * such axis.
 */
export function lengthOf(x: SymbolicTensor, axis: number): SymbolicTensor {
  const size = x.shape[normalizeAxis(axis, x.shape.length)];
  if (typeof size === 'number') return constant(size, 'int64');
  return gather(shapeOf(x), constant(normalizeAxis(axis, x.shape.length), 'int64'));
}

const expandOperator = defineOperator<Target>('Expand', {
  shape: ([x], { $shape }) => broadcastShapes(x.shape, $shape),
  gradient: ({ inputs: [x], upstream }) => [sumTo(upstream, x.shape), null],
});
/** Broadcasts `x` to the shape of `like`. Throws SENSORIUM_SHAPE where it does not broadcast. */
export function expandLike(x: SymbolicTensor, like: SymbolicTensor): SymbolicTensor {
  return expand(x, like.shape, like);
}

/**
 * Broadcasts `x` to `shape`; its unknown dimensions are those of `like`, at the same axes. Throws SENSORIUM_SHAPE where
 * x does not broadcast, or unknown dimensions come from nowhere.
 */
export function expand(x: SymbolicTensor, shape: Shape, like?: SymbolicTensor): SymbolicTensor {
  return sameShape(x.shape, shape) ? x : expandTo(x, shapeVector(shape, like), shape);
}

/** Broadcasts `x` to a shape that the graph computes (int64), of which `shape` says what is known. */
export const expandTo = (x: SymbolicTensor, target: SymbolicTensor, shape: Shape): SymbolicTensor =>
  single(expandOperator([x, target], { $shape: shape }));

/** A shape as an int64 vector; unknown dimensions are read from `like`, at the same axes. */
export function shapeVector(shape: Shape, like?: SymbolicTensor): SymbolicTensor {
  if (shape.every((dimension) => typeof dimension === 'number')) return constant(shape, 'int64');
  if (!like)
    throw shapeError(`${formatShape(shape)} has unknown dimensions, and no tensor was given to read them from`);
  const sizes = shapeOf(like);
  if (sameShape(shape, like.shape)) return sizes;
  return concat(
    shape.map((dimension, axis) =>
      typeof dimension === 'number' ? constant([dimension], 'int64') : slice(sizes, 0, axis, axis + 1),
    ),
    0,
  );
}

/** Zeros in the shape and element type of x. */
export function zerosLike(x: SymbolicTensor): SymbolicTensor {
  return expandLike(constant(0, x.dtype), x);
}

const tileOperator = defineOperator<{ $repeats: readonly number[] }>('Tile', {
  shape: ([x], { $repeats }) => x.shape.map((dimension, axis) => multiplyDimensions(dimension, at($repeats, axis))),
  gradient: ({ inputs: [x], upstream, attributes: { $repeats } }) => {
    const copies = x.shape.flatMap((dimension, axis) => [at($repeats, axis), dimension]);
    const along = x.shape.map((_, axis) => 2 * axis).filter((axis) => copies[axis] !== 1);
    return [reshapeLike(sum(reshapeLike(upstream, copies), along), x.shape), null];
  },
});
/**
 * `x` repeated along every axis, so many times as `repeats` says: [n,m] → [n·repeats₀,m·repeats₁]. Throws
 * SENSORIUM_SHAPE where there is not one whole number, at least 1, for each axis.
 */
export function tile(x: SymbolicTensor, repeats: readonly number[]): SymbolicTensor {
  if (repeats.length !== x.shape.length || !repeats.every((count) => Number.isInteger(count) && count >= 1)) {
    throw shapeError(
      `${formatShape(x.shape)} repeated ${formatShape(repeats)} times; give a whole number for each axis`,
    );
  }
  return single(tileOperator([x, constant(repeats, 'int64')], { $repeats: repeats }));
}
