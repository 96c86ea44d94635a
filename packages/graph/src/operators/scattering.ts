import type { Shape, SymbolicTensor } from '@sensorium/contracts';
import { defineOperator, single } from '../operator.js';
import { formatShape, sameShape } from '@sensorium/tensors';
import { normalizeAxis, shapeError } from '../shape.js';
import { requireIndices } from './indexing.js';
import { scatterGradient, type ScatterReduction } from './scatter-gradient.js';
import { range } from './sequence.js';
import { concat, expand, lengthOf, reshapeLike, zerosLike } from './shaping.js';

export type { ScatterReduction } from './scatter-gradient.js';

interface ScatterAttributes {
  readonly reduction: ScatterReduction;
}

const gatherElementsOperator = defineOperator<{ axis: number }>('GatherElements', {
  attributes: { axis: 'int' },
  shape: ([, indices]) => indices.shape,
  gradient: ({ inputs: [x, indices], upstream, attributes: { axis } }) => [
    scatterElements(zerosLike(x), indices, upstream, axis, 'add'),
    null,
  ],
});
/**
 * x[i, indices[i, j], …] with the index in the place of `axis` (default 0): [..] in the shape of `indices` (int64 or
 * int32), which has the rank of x. Throws SENSORIUM_SHAPE for another rank, SENSORIUM_DTYPE for other indices.
 */
export function gatherElements(x: SymbolicTensor, indices: SymbolicTensor, axis = 0): SymbolicTensor {
  requireIndices(indices);
  requireRank(x, indices);
  return single(gatherElementsOperator([x, indices], { axis: normalizeAxis(axis, x.shape.length) }));
}

const scatterElementsOperator = defineOperator<ScatterAttributes & { axis: number }>('ScatterElements', {
  attributes: { reduction: 'string', axis: 'int' },
  shape: ([x]) => x.shape,
  gradient: ({ inputs: [x, indices, updates], output, upstream, attributes: { axis, reduction } }) => {
    const gather = (y: SymbolicTensor): SymbolicTensor => gatherElements(y, indices, axis);
    const [ofX, ofUpdates] = scatterGradient({
      ...{ x, updates, output, upstream, reduction, gather },
      scatter: (y, own, how) => scatterElements(y, indices, own, axis, how),
    });
    return [ofX, null, ofUpdates];
  },
});
/**
 * The adjoint of `gatherElements`: a copy of x with `updates` at those places, which replace what is there, or are added to
 * it, or multiplied with it, or the larger or smaller one stays. Where several updates without reduction name one element,
 * any of them stays; equal extremes share the gradient. 'max' and 'min' need operator set 18. Throws SENSORIUM_SHAPE where
 * indices and updates have not one shape; otherwise as `gatherElements`.
 */
export function scatterElements(
  x: SymbolicTensor,
  indices: SymbolicTensor,
  updates: SymbolicTensor,
  axis = 0,
  reduction: ScatterReduction = 'none',
): SymbolicTensor {
  requireIndices(indices);
  requireRank(x, indices);
  requireShape(updates, indices.shape);
  const attributes = { axis: normalizeAxis(axis, x.shape.length), reduction };
  return single(scatterElementsOperator([x, indices, updates], attributes));
}

const gatherNDOperator = defineOperator<{ batch_dims: number }>('GatherND', {
  attributes: { batch_dims: 'int' },
  shape: ([x, indices], { batch_dims }) => [
    ...indices.shape.slice(0, -1),
    ...x.shape.slice(batch_dims + depthOf(indices)),
  ],
  gradient: ({ inputs: [x, indices], upstream, attributes: { batch_dims } }) => [
    scatterND(zerosLike(x), withBatchIndices(indices, batch_dims), upstream, 'add'),
    null,
  ],
});
/**
 * x[indices[…]]: the last axis of `indices` (int64, of known size n) names elements of the n axes of x that follow the
 * first `batchDims`, which both have in common: [..,n] → [..,…rest of x]. Throws SENSORIUM_SHAPE where indices do not
 * fit, SENSORIUM_DTYPE for other indices.
 */
export function gatherND(x: SymbolicTensor, indices: SymbolicTensor, batchDims = 0): SymbolicTensor {
  requireDepth(x, indices, batchDims);
  if (!sameShape(x.shape.slice(0, batchDims), indices.shape.slice(0, batchDims))) {
    throw shapeError(
      `${formatShape(x.shape)} and indices ${formatShape(indices.shape)} differ in the first ${batchDims} axes`,
    );
  }
  return single(gatherNDOperator([x, indices], { batch_dims: batchDims }));
}

const scatterNDOperator = defineOperator<ScatterAttributes>('ScatterND', {
  attributes: { reduction: 'string' },
  shape: ([x]) => x.shape,
  gradient: ({ inputs: [x, indices, updates], output, upstream, attributes: { reduction } }) => {
    const gather = (y: SymbolicTensor): SymbolicTensor => gatherND(y, indices);
    const [ofX, ofUpdates] = scatterGradient({
      ...{ x, updates, output, upstream, reduction, gather },
      scatter: (y, own, how) => scatterND(y, indices, own, how),
    });
    return [ofX, null, ofUpdates];
  },
});
/**
 * The adjoint of `gatherND`: a copy of x with `updates` at those places, reduced as in `scatterElements`.
 * Throws SENSORIUM_SHAPE where indices or updates do not fit, SENSORIUM_DTYPE for other indices.
 */
export function scatterND(
  x: SymbolicTensor,
  indices: SymbolicTensor,
  updates: SymbolicTensor,
  reduction: ScatterReduction = 'none',
): SymbolicTensor {
  requireDepth(x, indices, 0);
  requireShape(updates, [...indices.shape.slice(0, -1), ...x.shape.slice(depthOf(indices))]);
  return single(scatterNDOperator([x, indices, updates], { reduction }));
}

const depthOf = (indices: SymbolicTensor): number => Number(indices.shape.at(-1));

/** Puts the own position along the first `count` axes before every index. */
function withBatchIndices(indices: SymbolicTensor, count: number): SymbolicTensor {
  const columns = indices.shape.with(-1, 1);
  const positions = indices.shape.slice(0, count).map((dimension, axis) => {
    const along = range(0, lengthOf(indices, axis), 1, { dimension });
    const shape = columns.map((_, at) => (at === axis ? dimension : 1));
    return expand(reshapeLike(along, shape), columns, indices);
  });
  return concat([...positions, indices]);
}

function requireDepth(x: SymbolicTensor, indices: SymbolicTensor, batchDims: number): void {
  requireIndices(indices, ['int64']);
  const depth = indices.shape.at(-1);
  if (
    typeof depth !== 'number' ||
    depth < 1 ||
    batchDims + depth > x.shape.length ||
    batchDims >= indices.shape.length
  ) {
    throw shapeError(
      `indices ${formatShape(indices.shape)} do not fit ${formatShape(x.shape)} with ${batchDims} axes in common`,
      'Their last axis says how many axes of the other they name.',
    );
  }
}

function requireRank(x: SymbolicTensor, indices: SymbolicTensor): void {
  if (x.shape.length === indices.shape.length) return;
  throw shapeError(`indices ${formatShape(indices.shape)} have not the rank of ${formatShape(x.shape)}`);
}

function requireShape(updates: SymbolicTensor, shape: Shape): void {
  if (sameShape(updates.shape, shape)) return;
  throw shapeError(`updates ${formatShape(updates.shape)}; the indices name ${formatShape(shape)}`);
}
