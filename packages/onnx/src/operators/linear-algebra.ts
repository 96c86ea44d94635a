import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import type { Call } from '../import/call.js';
import { operators, type BatchRule } from './record.js';
import { firstBatch, holdsSamples, rank } from './rules/batches.js';
import { whereAccepted } from './rules/lowering.js';
import { product, sameAsFirst, shaped } from './rules/shapes.js';

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

/** Along rows of the left matrices, or along the stack of matrices on both sides, or on one where the other has 1. */
const matmulBatch: BatchRule = (call) => {
  const ends = [0, 1].map((index) => {
    const axis = call.inputs[index]?.batchAxis;
    return axis === undefined ? undefined : axis - rank(call, index);
  });
  const shapes = [call.fileShape(0), call.fileShape(1)];
  const end = ends[0] ?? ends[1] ?? -1;
  const stacked = Math.max(...shapes.map(({ length }) => length)) + end;
  if (shapes.some(({ length }) => length < 2) || end === -1 || ends[1] === -2) return undefined;
  if (end === -2) return ends[1] === undefined ? stacked : undefined;
  const [size] = ends.flatMap((own, index) => (own === undefined ? [] : [shapes[index]?.at(end)]));
  const fits = ends.every((own, index) =>
    own === end ? shapes[index]?.at(end) === size : (shapes[index]?.at(end) ?? 1) === 1 && own === undefined,
  );
  return fits ? stacked : undefined;
};

const gemmBatch: BatchRule = (call, axis) => {
  const [row, bias] = [Number(call.flag('transA')), call.inputs[2] ? call.fileShape(2) : []];
  const shared = bias.length < 2 || bias[0] === 1;
  return axis === row && !holdsSamples(call, 1) && !holdsSamples(call, 2) && shared ? 0 : undefined;
};

/** One letter names the samples of all inputs that hold some, and of the result. */
const einsumBatch: BatchRule = (call) => {
  const [inputs = '', output] = call.text('equation', '').replaceAll(' ', '').split('->');
  const terms = inputs.split(',');
  const [label, ...others] = new Set(
    call.inputs.flatMap((operand, at) => (operand?.batchAxis === undefined ? [] : terms[at]?.[operand.batchAxis])),
  );
  if (!label || !output || others.length || inputs.includes('.')) return undefined;
  const sizes = call.inputs.flatMap((operand, at) =>
    operand?.batchAxis === undefined ? [] : [call.fileShape(at)[operand.batchAxis]],
  );
  const isApart = terms.every((term, at) => term.split(label).length - 1 === Number(holdsSamples(call, at)));
  return isApart && new Set(sizes).size === 1 && output.includes(label) ? output.indexOf(label) : undefined;
};

export const linearAlgebra = operators({
  Einsum: {
    // Diagonals of unknown size are none of ours.
    lower: whereAccepted((call) => g.einsum(call.text('equation', ''), ...call.given)),
    batch: einsumBatch,
    weights: [0, 1, 2, 3],
  },
  Gemm: { lower: gemm, batch: gemmBatch, weights: [0, 1, 2], bias: 2 },
  MatMul: { lower: matmul, infer: shaped(product(0, 1)), batch: matmulBatch, weights: [0, 1] },
  Trilu: {
    lower: trilu,
    infer: sameAsFirst,
    batch: firstBatch((call, axis) => (axis < rank(call) - 2 ? axis : undefined)),
  },
});
