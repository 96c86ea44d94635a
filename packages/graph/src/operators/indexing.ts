import type { SymbolicTensor } from '@sensorium/contracts';
import { defineOperator, single } from '../operator.js';
import { formatShape, knownShape, normalizeAxis, shapeError } from '../shape.js';
import { constant } from '../value.js';
import { cast } from './arithmetic.js';
import { equal } from './comparison.js';
import { expand, flatten, unsqueeze, zerosLike } from './shaping.js';

const gatherOperator = defineOperator<{ axis: number }>('Gather', {
  shape: ([x, indices], { axis }) => [
    ...(x?.shape.slice(0, axis) ?? []),
    ...(indices?.shape ?? []),
    ...(x?.shape.slice(axis + 1) ?? []),
  ],
  gradient: ({ inputs: [x, indices], upstream, attributes: { axis } }) => {
    if (!x || !indices) return [];
    if (axis !== 0 || x.shape.length !== 2) throw shapeError('the gradient of gather is known for the rows of a matrix');
    return [scatterRows(x, flatten(indices, 0), flatten(upstream, 0, indices.shape.length)), null];
  },
});
/** x[indices] along `axis`; indices are int64 or int32 of any shape. */
export function gather(x: SymbolicTensor, indices: SymbolicTensor, axis = 0): SymbolicTensor {
  return single(gatherOperator([x, indices], { axis: normalizeAxis(axis, x.shape.length) }));
}

const scatterOperator = defineOperator<{ axis: number; reduction: string }>('ScatterElements', {
  shape: ([x]) => x?.shape ?? [],
});
/** Zeros like `x` [V,D], with each row of `updates` [N,D] added at its index. */
function scatterRows(x: SymbolicTensor, indices: SymbolicTensor, updates: SymbolicTensor): SymbolicTensor {
  const rows = expand(unsqueeze(cast(indices, 'int64'), 1), updates.shape, updates);
  knownShape(x.shape, 'the gradient of gather');
  return single(scatterOperator([zerosLike(x), rows, updates], { axis: 0, reduction: 'add' }));
}

/** Indices [..] → [..,depth], 1 at the index and 0 elsewhere. */
export function oneHot(indices: SymbolicTensor, depth: number): SymbolicTensor {
  const classes = constant(Array.from({ length: depth }, (_, index) => index), indices.dtype);
  return cast(equal(unsqueeze(indices, indices.shape.length), classes), 'float32');
}

/** Rows of a table [V,D] for ids [..] → [..,D]. */
export function lookup(table: SymbolicTensor, ids: SymbolicTensor): SymbolicTensor {
  if (table.shape.length !== 2) throw shapeError(`a table is a matrix, not ${formatShape(table.shape)}`);
  return gather(table, ids);
}
