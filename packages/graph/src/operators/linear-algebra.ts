import type { SymbolicTensor } from '@sensorium/contracts';
import { defineOperator, single } from '../operator.js';
import { broadcastShapes, formatShape, shapeError } from '../shape.js';
import { sumTo } from './reduction.js';
import { flatten, reshapeLike, transpose } from './shaping.js';

const gemmOperator = defineOperator<{ transA: number; transB: number }>('Gemm', {
  shape: ([a, b], { transA, transB }) => [a?.shape[transA ? 1 : 0] ?? 1, b?.shape[transB ? 0 : 1] ?? 1],
  gradient: ({ inputs: [a, b], upstream, attributes: { transA, transB } }) => {
    if (!a || !b) return [];
    const [ta, tb] = [Boolean(transA), Boolean(transB)];
    return [
      ta ? gemm(b, upstream, tb, true) : gemm(upstream, b, false, !tb),
      tb ? gemm(upstream, a, true, ta) : gemm(ta ? a : reshapeLike(transpose(reshapeLike(a, [a.shape[0] ?? 1, 1, a.shape[1] ?? 1]), [1, 2, 0]), [a.shape[1] ?? 1, a.shape[0] ?? 1]), upstream),
    ];
  },
});
/** The product of two matrices, each transposed first where asked. Needs no copy for the transposition. */
export function gemm(a: SymbolicTensor, b: SymbolicTensor, transA = false, transB = false): SymbolicTensor {
  if (a.shape.length !== 2 || b.shape.length !== 2 || a.shape[transA ? 0 : 1] !== b.shape[transB ? 1 : 0]) {
    throw mismatch(a, b);
  }
  return single(gemmOperator([a, b], { transA: Number(transA), transB: Number(transB) }));
}

const matmulOperator = defineOperator('MatMul', {
  shape: ([a, b]) => {
    const [left, right] = [a?.shape ?? [], b?.shape ?? []];
    return [...broadcastShapes(left.slice(0, -2), right.slice(0, -2)), ...left.slice(-2, -1), ...right.slice(-1)];
  },
  gradient: ({ inputs: [a, b], upstream }) => {
    if (!a || !b) return [];
    return [
      sumTo(matmul(upstream, transpose(b)), a.shape),
      sumTo(matmul(transpose(a), upstream), b.shape),
    ];
  },
});
/** [..,M,K] × [..,K,N] → [..,M,N]; leading axes broadcast. A matrix on the right becomes one product of two matrices. */
export function matmul(a: SymbolicTensor, b: SymbolicTensor): SymbolicTensor {
  if (a.shape.length < 2 || b.shape.length < 2 || a.shape.at(-1) !== b.shape.at(-2)) throw mismatch(a, b);
  if (b.shape.length > 2) return single(matmulOperator([a, b], {}));
  const product = gemm(flatten(a, 0, a.shape.length - 1), b);
  return reshapeLike(product, [...a.shape.slice(0, -1), ...b.shape.slice(-1)]);
}

const mismatch = (a: SymbolicTensor, b: SymbolicTensor): Error =>
  shapeError(`${formatShape(a.shape)} and ${formatShape(b.shape)} cannot be multiplied as matrices`);
