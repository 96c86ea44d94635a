import type { SymbolicTensor } from '@sensorium/contracts';
import { elementsOf } from '../cost.js';
import { defineOperator, single } from '../operator.js';
import { broadcastShapes, shapeError } from '../shape.js';
import { formatShape, sameShape } from '@sensorium/tensors';
import { constant } from '../value.js';
import { sumTo } from './reduction.js';
import { flatten, isStack, reshapeLike, squeeze, stacked, transpose, unknownSizes, unsqueeze } from './shaping.js';

const gemmOperator = defineOperator<{ transA: number; transB: number }>('Gemm', {
  attributes: { transA: 'int', transB: 'int' },
  operations: ({ inputs: [a], output, attributes: { transA } }) =>
    2 * elementsOf(output.shape) * elementsOf(a.shape.slice(transA ? 0 : 1).slice(0, 1)),
  shape: ([a, b], { transA, transB }) => [
    ...a.shape.slice(transA ? 1 : 0).slice(0, 1),
    ...b.shape.slice(transB ? 0 : 1).slice(0, 1),
  ],
  gradient: ({ inputs: [a, b], upstream, attributes: { transA, transB } }) => {
    const [ta, tb] = [Boolean(transA), Boolean(transB)];
    const ofB = (): SymbolicTensor => (ta ? gemm(a, upstream) : transposedProduct(a, upstream));
    return [
      ta ? gemm(b, upstream, tb, true) : gemm(upstream, b, false, !tb),
      tb ? transposedProduct(upstream, a, ta) : ofB(),
    ];
  },
});
/**
 * The product of two matrices, each transposed first where asked: [M,K] × [K,N] → [M,N]. Needs no copy for the
 * transposition. Throws SENSORIUM_SHAPE where they do not fit.
 */
export function gemm(a: SymbolicTensor, b: SymbolicTensor, transA = false, transB = false): SymbolicTensor {
  if (a.shape.length !== 2 || b.shape.length !== 2 || a.shape[transA ? 0 : 1] !== b.shape[transB ? 1 : 0]) {
    throw mismatch(a, b);
  }
  return single(gemmOperator([a, b], { transA: Number(transA), transB: Number(transB) }));
}

/** Multiplications from which on a copy of a factor in the order in which it is read makes a product faster. */
const LARGE = 2 ** 24;

/** aᵀ b, or aᵀ bᵀ. Of large factors the smaller one is copied, in a way that ONNX Runtime does not undo. */
function transposedProduct(a: SymbolicTensor, b: SymbolicTensor, transB = false): SymbolicTensor {
  const [inner, rows] = a.shape.map(Number) as [number, number];
  const columns = Number(b.shape[transB ? 0 : 1]);
  const large = inner * rows * columns >= LARGE;
  if (!large || transB) return gemm(a, b, true, transB);
  return rows <= columns ? gemm(turned(a), b) : turned(gemm(turned(b), a));
}

const turned = (x: SymbolicTensor): SymbolicTensor => squeeze(transpose(unsqueeze(x, 0)), 0);

const matmulOperator = defineOperator('MatMul', {
  operations: ({ inputs: [a], output }) => 2 * elementsOf(output.shape) * elementsOf(a.shape.slice(-1)),
  shape: ([a, b]) => {
    const leading = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
    return [...leading, ...a.shape.slice(-2, -1), ...b.shape.slice(-1)];
  },
  gradient: ({ inputs: [a, b], upstream }) => [
    sumTo(matmul(upstream, transpose(b)), a.shape),
    sumTo(matmul(transpose(a), upstream), b.shape),
  ],
});
/**
 * [..,M,K] × [..,K,N] → [..,M,N]; leading axes broadcast. With a matrix on the right it is one product of two matrices,
 * unless several axes on the left are of unknown size. Throws SENSORIUM_SHAPE where they do not fit.
 */
export function matmul(a: SymbolicTensor, b: SymbolicTensor): SymbolicTensor {
  if (a.shape.length < 2 || b.shape.length < 2 || a.shape.at(-1) !== b.shape.at(-2)) throw mismatch(a, b);
  const shape = [...a.shape.slice(0, -1), ...b.shape.slice(-1)];
  const isOneProduct = b.shape.length === 2 && unknownSizes(a.shape.slice(0, -1)) <= 1;
  if (isOneProduct) return reshapeLike(gemm(flatten(a, 0, a.shape.length - 1), b), shape);
  const alike = sameShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const stacks = alike && isStack(a.shape) && isStack(b.shape);
  return stacks ? reshapeLike(product(stacked(a), stacked(b)), shape) : product(a, b);
}

const product = (a: SymbolicTensor, b: SymbolicTensor): SymbolicTensor => single(matmulOperator([a, b], {}));

const triangularOperator = defineOperator<{ upper: number; $diagonal: number }>('Trilu', {
  attributes: { upper: 'int' },
  shape: ([x]) => x.shape,
  gradient: ({ upstream, attributes: { upper, $diagonal } }) => [
    trilu(upstream, { upper: Boolean(upper), diagonal: $diagonal }),
    null,
  ],
});
/**
 * The lower triangle of matrices [..,M,N], or the upper one, with zeros elsewhere. It ends with `diagonal`: 0 is the
 * main one, 1 that above it, −1 that below. Throws SENSORIUM_SHAPE for what is no matrix.
 */
export function trilu(
  x: SymbolicTensor,
  { upper = false, diagonal = 0 }: { upper?: boolean; diagonal?: number } = {},
): SymbolicTensor {
  if (x.shape.length < 2) throw shapeError(`the triangle of ${formatShape(x.shape)}, which is no matrix`);
  const attributes = { upper: Number(upper), $diagonal: diagonal };
  return single(triangularOperator([x, constant(diagonal, 'int64')], attributes));
}

const mismatch = (a: SymbolicTensor, b: SymbolicTensor): Error =>
  shapeError(`${formatShape(a.shape)} and ${formatShape(b.shape)} cannot be multiplied as matrices`);
