import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '../operators/index.js';
import { indices, total, type Read } from './numbers.js';
import { doubles, one, positive, single, type OperatorCase } from './operator-case.js';

type Reduce = (x: SymbolicTensor, axes?: readonly number[], options?: g.ReduceOptions) => SymbolicTensor;

const forms: readonly { shape: readonly number[]; axes?: readonly number[]; keep?: boolean }[] = [
  { shape: [2, 3] },
  { shape: [] },
  { shape: [2, 3], axes: [-1] },
  { shape: [3, 2], axes: [0], keep: true },
  { shape: [2, 3, 2], axes: [0, -1], keep: true },
  { shape: [2, 3, 2], axes: [2, 0] },
  { shape: [3], axes: [] },
];

/** A reduction over several choices of axes, and its formula for the elements that become one. */
function reduction(
  build: Reduce,
  formula: (values: number[]) => number,
  options: { low?: number; high?: number; dtype?: 'float32' } = {},
): OperatorCase[] {
  return forms.map(({ shape, axes, keep = false }) => {
    const reduced = (axes ?? shape.map((_, axis) => axis)).map((axis) => (axis + shape.length) % shape.length);
    const isReduced = (axis: number): boolean => reduced.includes(axis);
    return {
      build: (x) => build(x, axes, { keep }),
      inputs: [shape],
      shape: shape.flatMap((length, axis) => (isReduced(axis) ? (keep ? [1] : []) : [length])),
      at: (index: readonly number[], x: Read | undefined) => {
        const left = keep ? index.filter((_, axis) => !isReduced(axis)) : [...index];
        const kept = shape.map((_, axis) => (isReduced(axis) ? 0 : (left.shift() ?? 0)));
        const under = indices(shape.map((length, axis) => (isReduced(axis) ? length : 1)));
        return formula(under.map((inner) => x!(inner.map((position, axis) => position + kept[axis]!))));
      },
      ...options,
    };
  });
}

/** Operators that make many elements one. */
export const reductionCases: Readonly<Record<string, readonly OperatorCase[]>> = {
  sum: reduction(g.sum, total),
  mean: reduction(g.mean, (values) => total(values) / values.length),
  max: reduction(g.max, (values) => Math.max(...values)),
  min: reduction(g.min, (values) => Math.min(...values)),
  sumSquare: reduction(g.sumSquare, (values) => total(values.map((x) => x * x))),
  product: [
    ...reduction(g.product, (values) => values.reduce((a, b) => a * b, 1), single),
    one({
      build: (x) => g.product(x, [1]),
      x: doubles([2, 0, 3, 0, 0, 5, 7, 2, 1], [3, 3], 'float32'),
      shape: [3],
      at: ([i], x) => x([i!, 0]) * x([i!, 1]) * x([i!, 2]),
    }),
  ],
  l1Norm: reduction(g.l1Norm, (values) => total(values.map(Math.abs)), single),
  l2Norm: reduction(g.l2Norm, (values) => Math.hypot(...values), single),
  logSum: reduction(g.logSum, (values) => Math.log(total(values)), { ...positive, dtype: 'float32' }),
  logSumExp: reduction(g.logSumExp, (values) => Math.log(total(values.map(Math.exp)))),
};
