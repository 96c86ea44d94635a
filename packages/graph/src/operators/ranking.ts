import type { SymbolicTensor } from '@sensorium/contracts';
import { defineOperator, single } from '../operator.js';
import { knownSize, normalizeAxis, shapeError } from '../shape.js';
import { constant } from '../value.js';
import { scatterElements } from './scattering.js';
import { zerosLike } from './shaping.js';

export interface ArgumentOptions {
  /** Keep the axis with size 1. Default false */
  keep?: boolean;
  /** The last of equal elements rather than the first. Default false */
  last?: boolean;
}

interface ArgumentAttributes {
  readonly axis: number;
  readonly keepdims: number;
  readonly select_last_index: number;
}

function argument(type: string): (x: SymbolicTensor, axis?: number, options?: ArgumentOptions) => SymbolicTensor {
  const operator = defineOperator<ArgumentAttributes>(type, {
    attributes: { axis: 'int', keepdims: 'int', select_last_index: 'int' },
    dtype: () => 'int64',
    shape: ([x], { axis, keepdims }) => (keepdims ? x.shape.with(axis, 1) : x.shape.toSpliced(axis, 1)),
  });
  return (x, axis = -1, { keep = false, last = false } = {}) =>
    single(
      operator([x], {
        axis: normalizeAxis(axis, x.shape.length),
        keepdims: Number(keep),
        select_last_index: Number(last),
      }),
    );
}

/**
 * Where along `axis` (default the last) the largest element is: int64, without the axis unless it is kept. Not
 * differentiable. Throws SENSORIUM_SHAPE where there is no such axis.
 */
export const argMax = argument('ArgMax');
/** Where along `axis` (default the last) the smallest element is: as `argMax`. */
export const argMin = argument('ArgMin');

export interface TopKOptions {
  /** Default the last. */
  axis?: number;
  /** The largest elements rather than the smallest. Default true */
  largest?: boolean;
  /** In order; else in any. Default true */
  sorted?: boolean;
}

const topKOperator = defineOperator<{ axis: number; largest: number; sorted: number; $k: number }>('TopK', {
  attributes: { axis: 'int', largest: 'int', sorted: 'int' },
  infer: ([{ dtype, shape }], { axis, $k }) => [
    { dtype, shape: shape.with(axis, $k) },
    { dtype: 'int64', shape: shape.with(axis, $k) },
  ],
  gradient: ({ inputs: [x], outputs: [, indices], upstreams: [upstream], attributes: { axis } }) => [
    upstream && indices ? scatterElements(zerosLike(x), indices, upstream, axis, 'add') : null,
    null,
  ],
});
/**
 * The k largest elements along an axis (which gets the size k), and where they are (int64). Values are differentiable,
 * indices are not. Throws SENSORIUM_SHAPE where k is not 1 … the size of the axis, which must be known.
 */
export function topK(
  x: SymbolicTensor,
  k: number,
  { axis = -1, largest = true, sorted = true }: TopKOptions = {},
): { values: SymbolicTensor; indices: SymbolicTensor } {
  const at = normalizeAxis(axis, x.shape.length);
  if (!Number.isInteger(k) || k < 1 || k > knownSize(x.shape, at)) {
    throw shapeError(`the ${k} first of the ${x.shape[at]} elements along axis ${axis}`);
  }
  const attributes = { axis: at, largest: Number(largest), sorted: Number(sorted), $k: k };
  const [values, indices] = topKOperator([x, constant([k], 'int64')], attributes);
  if (!values || !indices) throw new Error('TopK has two outputs');
  return { values, indices };
}
