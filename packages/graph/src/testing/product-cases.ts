import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '../operators/index.js';
import { constant } from '../value.js';
import { indices, range, total, type Read } from './numbers.js';
import { one, put, type OperatorCase } from './operator-case.js';

/** Products of matrices and of tensors. */
export const productCases: Readonly<Record<string, readonly OperatorCase[]>> = {
  gemm: [false, true].flatMap((ta) =>
    [false, true].map((tb) => ({
      build: (a: SymbolicTensor | undefined, b: SymbolicTensor | undefined) => g.gemm(a!, b!, ta, tb),
      inputs: [ta ? [3, 2] : [2, 3], tb ? [4, 3] : [3, 4]],
      shape: [2, 4],
      at: ([m, n]: readonly number[], a: Read | undefined, b: Read | undefined) =>
        total(range(3).map((k) => a!(ta ? [k, m!] : [m!, k]) * b!(tb ? [n!, k] : [k, n!]))),
    })),
  ),
  matmul: [
    {
      inputs: [
        [2, 3],
        [3, 4],
      ],
      shape: [2, 4],
    },
    {
      inputs: [
        [5, 2, 3],
        [3, 4],
      ],
      shape: [5, 2, 4],
    },
    {
      inputs: [
        [2, 1, 2, 3],
        [3, 3, 2],
      ],
      shape: [2, 3, 2, 2],
    },
    {
      inputs: [
        [2, 3],
        [4, 3, 1],
      ],
      shape: [4, 2, 1],
    },
  ].map((shapes) => ({
    build: (a, b) => g.matmul(a, b),
    ...shapes,
    at: (i, a, b) => total(range(3).map((k) => a(put(i, i.length - 1, k)) * b(put(i, i.length - 2, k)))),
  })),

  einsum: [
    product('ij,jk->ik', { i: 2, j: 3, k: 4 }),
    product('bij,bkj->bik', { b: 2, i: 3, j: 2, k: 4 }),
    product('bthd,bshd->bhts', { b: 2, t: 3, h: 2, d: 2, s: 4 }),
    product('i,j->ij', { i: 2, j: 3 }),
    product('ij->ji', { i: 2, j: 3 }),
    product('ij->j', { i: 2, j: 3 }),
    product('ijk->', { i: 2, j: 3, k: 2 }),
    product('ij,kl->il', { i: 2, j: 3, k: 2, l: 2 }),
    product('i,ij,j->', { i: 2, j: 3 }),
    product('bi,oi,bj->boj', { b: 2, i: 3, o: 2, j: 2 }),
    product('ii->i', { i: 3 }),
    product('ii->', { i: 3 }),
    product('iji->ij', { i: 3, j: 2 }),
    product('iii->i', { i: 2 }),
    product('ijij->ji', { i: 2, j: 3 }),
    product('bii,ij->bj', { b: 2, i: 3, j: 2 }),
    product('ii,jj->ij', { i: 2, j: 3 }),
    // Without a result: what occurs once, in the order of the alphabet.
    product('kj,ij', { i: 2, j: 3, k: 4 }, 'ik'),
    product('ba', { a: 2, b: 3 }, 'ab'),
    product('ii', { i: 3 }, ''),
    {
      build: (a) => g.einsum('...ii->...i', a),
      inputs: [[2, 3, 3]],
      shape: [2, 3],
      at: ([b, i], a) => a([b!, i!, i!]),
    },
    {
      build: (a, b) => g.einsum('...ij, ...jk -> ...ik', a, b),
      inputs: [
        [2, 1, 2, 3],
        [4, 3, 2],
      ],
      shape: [2, 4, 2, 2],
      at: ([p, q, i, k], a, b) => total(range(3).map((j) => a([p!, 0, i!, j]) * b([q!, j, k!]))),
    },
    {
      build: (a) => g.einsum('i...', a),
      inputs: [[2, 3, 4]],
      shape: [3, 4, 2],
      at: ([p, q, i], a) => a([i!, p!, q!]),
    },
  ],
  trilu: [
    {},
    { upper: true },
    { diagonal: 1 },
    { upper: true, diagonal: -1 },
    { upper: true, diagonal: 2 },
    { diagonal: -5 },
  ].map(({ upper, diagonal }) =>
    one({
      build: (x) => g.trilu(x, { upper, diagonal }),
      x: [2, 3, 4],
      shape: [2, 3, 4],
      at: (i, x) => {
        const above = i[2]! - i[1]! - (diagonal ?? 0);
        return (upper ? above >= 0 : above <= 0) ? x(i) : 0;
      },
    }),
  ),
  scaledDotProductAttention: [
    attention({}, () => true),
    attention({ scale: 0.25 }, () => true),
    attention({ causal: true }, (t, s) => s <= t),
    attention({ masked: true }, (_, s) => s !== 1),
    attention({ masked: true, causal: true }, (t, s) => s <= t && s !== 1),
    attention({ bias: [0.5, -1, 0.25], causal: true }, (t, s) => s <= t),
  ],
};

/** A product of all operands, summed over what the result does not name. */
function product(equation: string, sizes: Readonly<Record<string, number>>, result?: string): OperatorCase {
  const [left = '', right = result ?? ''] = equation.split('->');
  const operands = left.split(',');
  const shapeOf = (labels: string): number[] => [...labels].map((label) => sizes[label]!);
  const summed = Object.keys(sizes).filter((label) => !right.includes(label));
  return {
    build: (...x) => g.einsum(equation, ...x),
    inputs: operands.map(shapeOf),
    shape: shapeOf(right),
    at: (index, ...x) =>
      total(
        indices(shapeOf(summed.join(''))).map((inner) => {
          const at = (label: string): number =>
            right.includes(label) ? index[right.indexOf(label)]! : inner[summed.indexOf(label)]!;
          return operands.reduce((value, labels, k) => value * x[k]!([...labels].map(at)), 1);
        }),
      ),
  };
}

/** Queries [2,2,3,4], keys [2,2,3,4], values [2,2,3,2]; a mask leaves the second key out, and each key has its bias. */
function attention(
  { masked = false, bias, ...options }: { masked?: boolean; bias?: number[]; causal?: boolean; scale?: number },
  sees: (t: number, s: number) => boolean,
): OperatorCase {
  return {
    build: (q, k, v) => {
      const mask = masked ? constant([1, 0, 1], q.dtype) : undefined;
      return g.scaledDotProductAttention(q, k, v, { ...options, mask, bias: bias && constant(bias, q.dtype) });
    },
    inputs: [
      [2, 2, 3, 4],
      [2, 2, 3, 4],
      [2, 2, 3, 2],
    ],
    shape: [2, 2, 3, 2],
    at: ([b, h, t, e], q, k, v) => {
      const seen = range(3).filter((s) => sees(t!, s));
      const product = (s: number): number => total(range(4).map((d) => q([b!, h!, t!, d]) * k([b!, h!, s, d])));
      const weights = seen.map((s) => Math.exp((options.scale ?? 0.5) * product(s) + (bias?.[s] ?? 0)));
      return total(seen.map((s, index) => weights[index]! * v([b!, h!, s, e!]))) / total(weights);
    },
  };
}
