import type { DataType, SymbolicTensor } from '@sensorium/contracts';
import { dtypeError, shapeError } from '../error.js';
import { defineOperator, single } from '../operator.js';
import { formatShape } from '@sensorium/tensors';
import { normalizeAxis } from '../shape.js';
import { constant } from '../value.js';
import { cast } from './arithmetic.js';
import { equal } from './comparison.js';
import { scatterElements } from './scattering.js';
import { expandLike, flatten, reshapeLike, unsqueeze, zerosLike } from './shaping.js';

const gatherOperator = defineOperator<{ axis: number }>('Gather', {
  attributes: { axis: 'int' },
  shape: ([x, indices], { axis }) => [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)],
  gradient: ({ inputs: [x, indices], upstream, attributes: { axis } }) => {
    const flat = flatten(upstream, axis, axis + indices.shape.length);
    return [scatterAdd(zerosLike(x), flatten(indices, 0), flat, axis), null];
  },
});
/**
 * x[indices] along `axis`, default 0; indices are int64 or int32 of any shape, whose axes take the place of `axis`;
 * negative ones count from the end. Throws SENSORIUM_DTYPE for other indices, SENSORIUM_SHAPE where there is no such
 * axis.
 */
export function gather(x: SymbolicTensor, indices: SymbolicTensor, axis = 0): SymbolicTensor {
  requireIndices(indices);
  return single(gatherOperator([x, indices], { axis: normalizeAxis(axis, x.shape.length) }));
}

/** Throws SENSORIUM_DTYPE where the indices of an operator, or other whole numbers, are of no type that it takes. */
export function requireIndices(
  { dtype }: SymbolicTensor,
  types: readonly DataType[] = ['int64', 'int32'],
  what = 'indices',
): void {
  if (!types.includes(dtype)) throw dtypeError(`${what} are ${types.join(' or ')}, not ${dtype}`, 'Use cast().');
}

/** `x` with each slice of `updates` along `axis` added at its index; indices [N] as many as slices. */
function scatterAdd(x: SymbolicTensor, indices: SymbolicTensor, updates: SymbolicTensor, axis: number): SymbolicTensor {
  const along = updates.shape.map((dimension, at) => (at === axis ? dimension : 1));
  const everywhere = expandLike(reshapeLike(indices, along), updates);
  return scatterElements(x, everywhere, updates, axis, 'add');
}

/**
 * Indices [..] (int64 or int32, 0 … depth − 1) → float32 [..,depth], 1 at the index and 0 elsewhere. Not
 * differentiable.
 */
export function oneHot(indices: SymbolicTensor, depth: number): SymbolicTensor {
  const classes = constant(
    Array.from({ length: depth }, (_, index) => index),
    indices.dtype,
  );
  return cast(equal(unsqueeze(indices, indices.shape.length), classes), 'float32');
}

/**
 * Rows of a table [V,D] for ids [..] (int64 or int32, 0 … V − 1) → [..,D]. Throws SENSORIUM_SHAPE where the table is no
 * matrix, SENSORIUM_DTYPE for other ids.
 */
export function lookup(table: SymbolicTensor, ids: SymbolicTensor): SymbolicTensor {
  if (table.shape.length !== 2) throw shapeError(`a table is a matrix, not ${formatShape(table.shape)}`);
  return gather(table, ids);
}
