import type { Shape, SymbolicTensor } from '@sensorium/contracts';
import { defineOperator, single } from '../operator.js';
import { formatShape, knownSize, normalizeAxis, sameShape, shapeError } from '../shape.js';
import { constant } from '../value.js';
import { cast, div, mul } from './arithmetic.js';
import { equal } from './comparison.js';
import { expandLike, reshapeLike } from './shaping.js';

interface Reduction {
  readonly [attribute: string]: number | readonly number[] | undefined;
  readonly axes?: readonly number[];
  readonly $axes: readonly number[];
  readonly keepdims: number;
}

export interface ReduceOptions {
  /** Keep reduced axes with size 1. Default false. */
  keep?: boolean;
}

function reducedShape(shape: Shape, { $axes, keepdims }: Reduction): Shape {
  return shape.flatMap((dimension, axis) => ($axes.includes(axis) ? (keepdims ? [1] : []) : [dimension]));
}

/** An upstream gradient of a reduced tensor, spread over what was reduced. */
function spread(upstream: SymbolicTensor, x: SymbolicTensor, { $axes }: Reduction): SymbolicTensor {
  return expandLike(keepAxes(upstream, x, $axes), x);
}

/** Puts reduced axes back with size 1. */
function keepAxes(reduced: SymbolicTensor, x: SymbolicTensor, axes: readonly number[]): SymbolicTensor {
  return reshapeLike(
    reduced,
    x.shape.map((dimension, axis) => (axes.includes(axis) ? 1 : dimension)),
  );
}

const axesOf = (x: SymbolicTensor, axes?: readonly number[]): number[] =>
  (axes ?? x.shape.map((_, axis) => axis)).map((axis) => normalizeAxis(axis, x.shape.length)).sort((a, b) => a - b);

const sumOperator = defineOperator<Reduction>('ReduceSum', {
  shape: ([x], attributes) => reducedShape(x.shape, attributes),
  gradient: ({ inputs: [x], upstream, attributes }) => [spread(upstream, x, attributes), null],
});
/** Sum over `axes`, default all. */
export function sum(x: SymbolicTensor, axes?: readonly number[], { keep = false }: ReduceOptions = {}): SymbolicTensor {
  const $axes = axesOf(x, axes);
  if ($axes.length === 0) return x;
  return single(sumOperator([x, constant($axes, 'int64')], { $axes, keepdims: Number(keep) }));
}

const sumSquareOperator = defineOperator<{ keepdims: number }>('ReduceSumSquare', {
  shape: () => [],
  gradient: ({ inputs: [x], upstream }) => [mul(x, mul(upstream, 2))],
});
/** Σ x² over all elements: a scalar. */
export const sumSquare = (x: SymbolicTensor): SymbolicTensor => single(sumSquareOperator([x], { keepdims: 0 }));

const meanOperator = defineOperator<Reduction>('ReduceMean', {
  shape: ([x], attributes) => reducedShape(x.shape, attributes),
  gradient: ({ inputs: [x], upstream, attributes }) => {
    const count = attributes.$axes.map((axis) => knownSize(x.shape, axis)).reduce((a, b) => a * b, 1);
    return [spread(mul(upstream, 1 / count), x, attributes)];
  },
});
/** Mean over `axes`, default all. */
export function mean(
  x: SymbolicTensor,
  axes?: readonly number[],
  { keep = false }: ReduceOptions = {},
): SymbolicTensor {
  const $axes = axesOf(x, axes);
  return $axes.length ? single(meanOperator([x], { axes: $axes, $axes, keepdims: Number(keep) })) : x;
}

const maxOperator = defineOperator<Reduction>('ReduceMax', {
  shape: ([x], attributes) => reducedShape(x.shape, attributes),
  gradient: ({ inputs: [x], output, upstream, attributes }) => {
    const winners = cast(equal(x, keepAxes(output, x, attributes.$axes)), x.dtype);
    const share = div(keepAxes(upstream, x, attributes.$axes), sum(winners, attributes.$axes, { keep: true }));
    return [mul(winners, share)];
  },
});
/** Maximum over `axes`, default all. Equal maxima share the gradient. */
export function max(x: SymbolicTensor, axes?: readonly number[], { keep = false }: ReduceOptions = {}): SymbolicTensor {
  const $axes = axesOf(x, axes);
  return single(maxOperator([x], { axes: $axes, $axes, keepdims: Number(keep) }));
}

/** Sums a broadcast tensor back to the shape it was broadcast from. */
export function sumTo(x: SymbolicTensor, shape: Shape): SymbolicTensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  if (lead < 0) throw shapeError(`${formatShape(x.shape)} was not broadcast from ${formatShape(shape)}`);
  const axes = x.shape.flatMap((dimension, axis) => (axis < lead || shape[axis - lead] !== dimension ? [axis] : []));
  return reshapeLike(sum(x, axes, { keep: true }), shape);
}
