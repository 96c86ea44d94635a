import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import type { Call } from '../call.js';
import { whereAccepted, type Lowerings } from './lowering.js';

/** Vectors are matrices of one row, on the right of one column, that is taken away again. */
function matmul(call: Call): SymbolicTensor {
  const [a, b] = [call.x(0), call.x(1)];
  const [row, column] = [a.shape.length === 1, b.shape.length === 1];
  const product = g.matmul(row ? g.unsqueeze(a, 0) : a, column ? g.unsqueeze(b, 1) : b);
  const squeezed = row ? g.squeeze(product, -2) : product;
  return column ? g.squeeze(squeezed, -1) : squeezed;
}

function gemm(call: Call): SymbolicTensor {
  const product = g.gemm(call.x(0), call.x(1), call.flag('transA'), call.flag('transB'));
  const scaled = times(product, call.float('alpha', 1));
  const bias = call.optional(2);
  return bias ? g.add(scaled, times(bias, call.float('beta', 1))) : scaled;
}

const times = (x: SymbolicTensor, factor: number): SymbolicTensor => (factor === 1 ? x : g.mul(x, factor));

function trilu(call: Call): SymbolicTensor | undefined {
  const diagonal = call.inputs[1] ? call.scalar(1) : 0;
  return diagonal === undefined ? undefined : g.trilu(call.x(0), { upper: call.flag('upper', true), diagonal });
}

export const linearAlgebra: Lowerings = {
  // Diagonals of unknown size are none of ours.
  Einsum: whereAccepted((call) => g.einsum(call.text('equation', ''), ...call.given)),
  Gemm: gemm,
  MatMul: matmul,
  Trilu: trilu,
};
