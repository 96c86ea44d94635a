import type { Shape, SymbolicTensor } from '@sensorium/contracts';
import { defineOperator, single } from '../operator.js';
import { formatShape, sameShape } from '@sensorium/tensors';
import { knownSize, normalizeAxis, shapeError } from '../shape.js';
import { constant } from '../value.js';
import { add, cast, div, exp, mul, neg, sign, sub } from './arithmetic.js';
import { equal, greater, where } from './comparison.js';
import { gemm } from './linear-algebra.js';
import { elementCount, expandLike, flatten, reshapeLike, unsqueeze } from './shaping.js';

interface Reduction {
  readonly axes?: readonly number[];
  readonly $axes: readonly number[];
  readonly keepdims: number;
}

export interface ReduceOptions {
  /** Keep reduced axes with size 1. Default false. */
  keep?: boolean;
}

/** Over `axes`, default all. Over no axes at all, every element is reduced by itself. */
type Reduce = (x: SymbolicTensor, axes?: readonly number[], options?: ReduceOptions) => SymbolicTensor;

interface ReductionGradient {
  readonly x: SymbolicTensor;
  readonly axes: readonly number[];
  /** Output and its gradient with the reduced axes as 1, so that they broadcast to x. */
  readonly output: SymbolicTensor;
  readonly upstream: SymbolicTensor;
}

/** A reduction whose axes are an attribute. The gradient is in the shape of x. */
function reduction(type: string, gradient: (context: ReductionGradient) => SymbolicTensor): Reduce {
  const operator = defineOperator<Reduction>(type, {
    attributes: { axes: 'ints', keepdims: 'int' },
    shape: ([x], attributes) => reducedShape(x.shape, attributes),
    gradient: ({ inputs: [x], output, upstream, attributes: { $axes: axes } }) => {
      const kept = (reduced: SymbolicTensor): SymbolicTensor => keepAxes(reduced, x, axes);
      return [gradient({ x, axes, output: kept(output), upstream: kept(upstream) })];
    },
  });
  const reduce: Reduce = (x, axes, { keep = false } = {}) => {
    const [$axes, rank] = [axesOf(x, axes), x.shape.length];
    // No axes means all axes to ONNX.
    if ($axes.length === 0 && rank > 0) return reduce(unsqueeze(x, rank), [rank]);
    return single(operator([x], { axes: $axes.length === rank ? undefined : $axes, $axes, keepdims: Number(keep) }));
  };
  return reduce;
}

function reducedShape(shape: Shape, { $axes, keepdims }: Reduction): Shape {
  return shape.flatMap((dimension, axis) => ($axes.includes(axis) ? (keepdims ? [1] : []) : [dimension]));
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

const sumOperator = defineOperator<Omit<Reduction, 'axes'>>('ReduceSum', {
  attributes: { keepdims: 'int' },
  shape: ([x], attributes) => reducedShape(x.shape, attributes),
  gradient: ({ inputs: [x], upstream, attributes: { $axes } }) => [expandLike(keepAxes(upstream, x, $axes), x), null],
});
/**
 * Sum over `axes`, default all; those go, or stay with size 1 where asked. Throws SENSORIUM_SHAPE for an axis that does
 * not exist, as all reductions do.
 */
export function sum(x: SymbolicTensor, axes?: readonly number[], { keep = false }: ReduceOptions = {}): SymbolicTensor {
  const $axes = axesOf(x, axes);
  if ($axes.length === 0) return x;
  return single(sumOperator([x, constant($axes, 'int64')], { $axes, keepdims: Number(keep) }));
}

/** Mean over `axes`, default all. Otherwise as `sum`. */
export const mean = reduction('ReduceMean', ({ x, axes, output, upstream }) => {
  const sizes = axes.map((axis) => x.shape[axis]);
  if (!sizes.every((size) => typeof size === 'number')) {
    const count = cast(div(elementCount(x), elementCount(output)), x.dtype);
    return expandLike(div(upstream, count), x);
  }
  return expandLike(mul(upstream, 1 / sizes.reduce((a, b) => a * b, 1)), x);
});

/** Σ x² over `axes`, default all; 0 and more. Otherwise as `sum`. */
export const sumSquare = reduction('ReduceSumSquare', ({ x, upstream }) => mul(x, mul(upstream, 2)));

/** Σ |x| over `axes`, default all; 0 and more. The gradient at 0 is 0. Otherwise as `sum`. */
export const l1Norm = reduction('ReduceL1', ({ x, upstream }) => mul(sign(x), upstream));

/** √(Σ x²) over `axes`, default all; 0 and more. The gradient of a vector of zeros is 0. Otherwise as `sum`. */
export const l2Norm = reduction('ReduceL2', ({ x, output, upstream }) =>
  mul(x, div(upstream, where(greater(output, 0), output, 1))),
);

/** ln Σ x over `axes`, default all, of positive sums. Otherwise as `sum`. */
export const logSum = reduction('ReduceLogSum', ({ x, output, upstream }) =>
  expandLike(mul(upstream, exp(neg(output))), x),
);

/** ln Σ eˣ over `axes`, default all. Otherwise as `sum`. */
export const logSumExp = reduction('ReduceLogSumExp', ({ x, output, upstream }) => mul(exp(sub(x, output)), upstream));

/** Product over `axes`, default all. The gradient is exact where factors are 0. Otherwise as `sum`. */
export const product = reduction('ReduceProd', ({ x, axes, upstream }) => {
  // The product of the others, also where one factor is 0, or several are.
  const zero = cast(equal(x, 0), x.dtype);
  const others = sub(sum(zero, axes, { keep: true }), zero);
  const factors = add(x, zero);
  const rest = div(product(factors, axes, { keep: true }), factors);
  return mul(mul(rest, cast(equal(others, 0), x.dtype)), upstream);
});

const extremum = (type: string): Reduce =>
  reduction(type, ({ x, axes, output, upstream }) => {
    const winners = cast(equal(x, output), x.dtype);
    return mul(winners, div(upstream, sum(winners, axes, { keep: true })));
  });
/** Maximum over `axes`, default all. Equal maxima share the gradient. Otherwise as `sum`. */
export const max = extremum('ReduceMax');
/** Minimum over `axes`, default all. Equal minima share the gradient. Otherwise as `sum`. */
export const min = extremum('ReduceMin');

/** Sums a broadcast tensor back to the shape it was broadcast from. */
export function sumTo(x: SymbolicTensor, shape: Shape): SymbolicTensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  if (lead < 0) throw shapeError(`${formatShape(x.shape)} was not broadcast from ${formatShape(shape)}`);
  const axes = x.shape.flatMap((dimension, axis) => (axis < lead || shape[axis - lead] !== dimension ? [axis] : []));
  const toLastAxis = shape.length === 1 && axes.length === lead;
  if (toLastAxis && isLarge(x)) return reshapeLike(sumOfRows(flatten(x, 0, lead)), shape);
  return reshapeLike(sum(x, axes, { keep: true }), shape);
}

/** Elements from which on a product is the faster way to sum rows. */
const LARGE = 2 ** 19;

const isLarge = ({ dtype, shape }: SymbolicTensor): boolean =>
  dtype === 'float32' && shape.reduce<number>((size, dimension) => size * Number(dimension), 1) >= LARGE;

/** [rows,D] → [1,D]. ONNX Runtime's product runs through memory in order where its sum jumps from row to row. */
function sumOfRows(x: SymbolicTensor): SymbolicTensor {
  const rows = knownSize(x.shape, 0);
  return gemm(constant(new Array<number>(rows).fill(1), x.dtype, [1, rows]), x);
}
