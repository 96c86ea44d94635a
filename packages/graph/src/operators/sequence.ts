import type { Dimension, SymbolicTensor } from '@sensorium/contracts';
import { dtypeError, shapeError } from '../error.js';
import { defineOperator, single } from '../operator.js';
import { formatShape } from '@sensorium/tensors';
import { normalizeAxis } from '../shape.js';
import { constant } from '../value.js';
import type { Operand } from './elementwise.js';

export interface RangeOptions {
  /** Element type of numbers. Default int64 */
  dtype?: 'int64' | 'int32' | 'float32' | 'float64';
  /** How many there are, or a name for that. Needed where an end is a symbol. */
  dimension?: Dimension;
}

const rangeOperator = defineOperator<{ $dimension: Dimension }>('Range', {
  shape: (_, { $dimension }) => [$dimension],
});
/**
 * start, start + step, … before `limit`, each a number or a scalar of one element type → [dimension]. Not
 * differentiable. Throws SENSORIUM_SHAPE where an end is no scalar, or is a symbol without a dimension; SENSORIUM_DTYPE
 * for several element types.
 */
export function range(
  start: Operand,
  limit: Operand,
  step: Operand = 1,
  { dtype = 'int64', dimension }: RangeOptions = {},
): SymbolicTensor {
  const given = [start, limit, step];
  const type = given.find((operand) => typeof operand !== 'number')?.dtype ?? dtype;
  const scalars = given.map((operand) => (typeof operand === 'number' ? constant(operand, type) : operand));
  for (const scalar of scalars) {
    if (scalar.shape.length !== 0) throw shapeError(`an end of a range is a scalar, not ${formatShape(scalar.shape)}`);
    if (scalar.dtype !== type) throw dtypeError(`a range of ${type} and ${scalar.dtype}`, 'Use cast() on one of them.');
  }
  return single(rangeOperator(scalars, { $dimension: dimension ?? countOf(start, limit, step) }));
}

function countOf(start: Operand, limit: Operand, step: Operand): number {
  if (typeof start === 'number' && typeof limit === 'number' && typeof step === 'number') {
    return Math.max(0, Math.ceil((limit - start) / step));
  }
  throw shapeError('a range whose ends are symbols needs a name for its length', 'Give { dimension }.');
}

export interface CumulativeOptions {
  /** Without the element itself: the first sum is 0. Default false */
  exclusive?: boolean;
  /** From the end. Default false */
  reverse?: boolean;
}

const cumulativeOperator = defineOperator<{ $axis: number; exclusive: number; reverse: number }>('CumSum', {
  attributes: { exclusive: 'int', reverse: 'int' },
  shape: ([x]) => x.shape,
  gradient: ({ upstream, attributes: { $axis, exclusive, reverse } }) => [
    cumsum(upstream, $axis, { exclusive: Boolean(exclusive), reverse: !reverse }),
    null,
  ],
});
/**
 * At every element, the sum of it and all before it along `axis`, default the last: [..] → [..]. Throws SENSORIUM_SHAPE
 * where there is no such axis.
 */
export function cumsum(
  x: SymbolicTensor,
  axis = -1,
  { exclusive = false, reverse = false }: CumulativeOptions = {},
): SymbolicTensor {
  const $axis = normalizeAxis(axis, x.shape.length);
  const attributes = { $axis, exclusive: Number(exclusive), reverse: Number(reverse) };
  return single(cumulativeOperator([x, constant($axis, 'int64')], attributes));
}
