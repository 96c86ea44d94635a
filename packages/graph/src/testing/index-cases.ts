import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '../operators/index.js';
import { range, total, type Read } from './numbers.js';
import { constants, doubles, ints, one, type OperatorCase } from './operator-case.js';

/** Positions along one axis in the order of their elements. */
const ranked = (x: Read, largest: boolean, at: (k: number) => number[], length: number): number[] =>
  range(length).sort((a, b) => (largest ? 1 : -1) * (x(at(b)) - x(at(a))));

function extremes(
  build: (x: SymbolicTensor, axis?: number, options?: g.ArgumentOptions) => SymbolicTensor,
  isBetter: (a: number, b: number) => boolean,
): OperatorCase[] {
  const best = (list: readonly number[]): number =>
    list.reduce((at, value, k) => (isBetter(value, list[at]!) ? k : at), 0);
  return [
    one({
      build: (x) => build(x),
      x: [3, 4],
      shape: [3],
      at: ([i], x) => best(range(4).map((k) => x([i!, k]))),
      ...constants,
    }),
    one({
      build: (x) => build(x, 0, { keep: true }),
      x: [3, 4],
      shape: [1, 4],
      at: ([, j], x) => best(range(3).map((k) => x([k, j!]))),
      ...constants,
    }),
    one({
      build: (x) => build(x, 0, { last: true }),
      x: doubles([2, 2, 2]),
      shape: [],
      at: () => 2,
      ...constants,
    }),
  ];
}

const multiplied = (values: readonly number[]): number => values.reduce((a, b) => a * b);

/** What several updates of an element, and itself, may become. */
const reducing = [
  { reduction: 'mul', reduce: multiplied },
  { reduction: 'max', reduce: (values: readonly number[]) => Math.max(...values) },
  { reduction: 'min', reduce: (values: readonly number[]) => Math.min(...values) },
] as const;

/** Operators that choose elements by their position, or find positions. */
export const indexCases: Readonly<Record<string, readonly OperatorCase[]>> = {
  gather: [
    {
      build: (x, i) => g.gather(x, i),
      inputs: [[4, 3], ints([2, 0, 2])],
      shape: [3, 3],
      at: (i, x, k) => x([k([i[0]!]), i[1]!]),
    },
    { build: (x, i) => g.gather(x, i), inputs: [[4], ints([3], [], 'int32')], shape: [], at: (_, x) => x([3]) },
    {
      build: (x, i) => g.gather(x, i, -2),
      inputs: [[2, 3, 2], ints([2, 1, 1, 0, 2, 2], [3, 2])],
      shape: [2, 3, 2, 2],
      at: (i, x, k) => x([i[0]!, k([i[1]!, i[2]!]), i[3]!]),
    },
    {
      build: (x, i) => g.gather(x, i, -1),
      inputs: [[2, 3], ints([1], [])],
      shape: [2],
      at: (i, x) => x([i[0]!, 1]),
    },
  ],
  lookup: [
    {
      build: (x, i) => g.lookup(x, i),
      inputs: [[5, 2], ints([4, 0, 4, 4], [2, 2], 'int32')],
      shape: [2, 2, 2],
      at: (i, x, k) => x([k([i[0]!, i[1]!]), i[2]!]),
    },
  ],
  oneHot: [
    {
      build: (i) => g.oneHot(i, 3),
      inputs: [ints([2, 0, 1, 2], [2, 2])],
      shape: [2, 2, 3],
      at: (i, k) => Number(k([i[0]!, i[1]!]) === i[2]),
      ...constants,
    },
  ],

  gatherElements: [
    {
      build: (x, i) => g.gatherElements(x, i, 1),
      inputs: [[2, 3], ints([2, 0, 0, 1, 1, -1, 0, 2], [2, 4])],
      shape: [2, 4],
      at: ([i, j], x, k) => x([i!, (k([i!, j!]) + 3) % 3]),
    },
    {
      build: (x, i) => g.gatherElements(x, i),
      inputs: [[3, 2], ints([2, 0], [1, 2], 'int32')],
      shape: [1, 2],
      at: ([i, j], x, k) => x([k([i!, j!]), j!]),
    },
  ],
  gatherND: [
    {
      build: (x, i) => g.gatherND(x, i),
      inputs: [[2, 3, 2], ints([1, 2, 0, 0, 1, 2], [3, 2])],
      shape: [3, 2],
      at: ([i, j], x, k) => x([k([i!, 0]), k([i!, 1]), j!]),
    },
    {
      build: (x, i) => g.gatherND(x, i),
      inputs: [[2, 3], ints([1, 2, 0, 0], [2, 1, 2])],
      shape: [2, 1],
      at: ([i, j], x, k) => x([k([i!, j!, 0]), k([i!, j!, 1])]),
    },
    {
      build: (x, i) => g.gatherND(x, i, 1),
      inputs: [[2, 3, 2], ints([2, 0, 0, 1, 1, 1], [2, 3, 1])],
      shape: [2, 3, 2],
      at: ([i, j, l], x, k) => x([i!, k([i!, j!, 0]), l!]),
    },
    {
      build: (x, i) => g.gatherND(x, i, 2),
      inputs: [[2, 3, 4], ints([2, 0, 0, 1, 1, 3], [2, 3, 1])],
      shape: [2, 3],
      at: ([i, j], x, k) => x([i!, j!, k([i!, j!, 0])]),
    },
  ],
  scatterElements: [
    {
      build: (x, i, u) => g.scatterElements(x, i, u, 1),
      inputs: [[2, 4], ints([2, 0, 1, 3], [2, 2]), [2, 2]],
      shape: [2, 4],
      at: ([i, j], x, k, u) => range(2).reduce((value, l) => (k([i!, l]) === j ? u([i!, l]) : value), x([i!, j!])),
    },
    {
      build: (x, i, u) => g.scatterElements(x, i, u, 0, 'add'),
      inputs: [[3, 2], ints([2, 0, 2, 0, 1, 0], [3, 2]), [3, 2]],
      shape: [3, 2],
      at: ([i, j], x, k, u) => x([i!, j!]) + total(range(3).map((l) => (k([l, j!]) === i ? u([l, j!]) : 0))),
    },
    ...reducing.flatMap(({ reduction, reduce }): OperatorCase[] => [
      {
        build: (x, i, u) => g.scatterElements(x, i, u, -1, reduction),
        inputs: [[2, 4], ints([2, 0, 2, 0, 1, 1], [2, 3]), [2, 3]],
        shape: [2, 4],
        at: ([i, j], x, k, u) =>
          reduce([x([i!, j!]), ...range(3).flatMap((l) => (k([i!, l]) === j ? [u([i!, l])] : []))]),
      },
    ]),
    // One factor is 0, or several are.
    {
      build: (x, i, u) => g.scatterElements(x, i, u, 0, 'mul'),
      inputs: [doubles([0, 2, 3, 0]), ints([0, 1, 1, 2, 3, 3]), doubles([2, 0, 3, 5, 0, 1])],
      shape: [4],
      at: ([i], x, k, u) => multiplied([x([i!]), ...range(6).flatMap((l) => (k([l]) === i ? [u([l])] : []))]),
    },
  ],
  scatterND: [
    {
      build: (x, i, u) => g.scatterND(x, i, u),
      inputs: [[4, 2], ints([2, 0], [2, 1]), [2, 2]],
      shape: [4, 2],
      at: ([i, j], x, k, u) => range(2).reduce((value, l) => (k([l, 0]) === i ? u([l, j!]) : value), x([i!, j!])),
    },
    {
      build: (x, i, u) => g.scatterND(x, i, u, 'add'),
      inputs: [[2, 3], ints([1, 2, 0, 0, 1, 2], [3, 2]), [3]],
      shape: [2, 3],
      at: ([i, j], x, k, u) =>
        x([i!, j!]) + total(range(3).map((l) => (k([l, 0]) === i && k([l, 1]) === j ? u([l]) : 0))),
    },
    ...reducing.map(({ reduction, reduce }): OperatorCase => ({
      build: (x, i, u) => g.scatterND(x, i, u, reduction),
      inputs: [[4, 2], ints([2, 0, 2], [3, 1]), [3, 2]],
      shape: [4, 2],
      at: ([i, j], x, k, u) => reduce([x([i!, j!]), ...range(3).flatMap((l) => (k([l, 0]) === i ? [u([l, j!])] : []))]),
    })),
  ],

  argMax: extremes(g.argMax, (a, b) => a > b),
  argMin: extremes(g.argMin, (a, b) => a < b),
  topK: [
    ...[true, false].map((largest): OperatorCase => ({
      build: (x) => g.topK(x, 2, { largest }).values,
      inputs: [[3, 5]],
      shape: [3, 2],
      at: ([i, j], x) => ranked(x, largest, (k) => [i!, k], 5).map((k) => x([i!, k]))[j!]!,
    })),
    {
      build: (x) => g.topK(x, 3, { axis: 0 }).indices,
      inputs: [[4, 2]],
      shape: [3, 2],
      at: ([i, j], x) => ranked(x, true, (k) => [k, j!], 4)[i!]!,
      ...constants,
    },
    one({
      build: (x) => g.sum(g.topK(x, 3, { axis: 1, sorted: false }).values, [1]),
      x: [2, 6],
      shape: [2],
      at: ([i], x) =>
        total(
          ranked(x, true, (k) => [i!, k], 6)
            .slice(0, 3)
            .map((k) => x([i!, k])),
        ),
    }),
  ],
  range: [
    { build: () => g.range(0, 4), inputs: [], shape: [4], at: ([k]) => k!, ...constants },
    {
      build: () => g.range(5, 0, -2, { dtype: 'float32' }),
      inputs: [],
      shape: [3],
      at: ([k]) => 5 - 2 * k!,
      ...constants,
    },
    {
      build: (limit) => g.range(1, limit, 1, { dimension: 3 }),
      inputs: [ints([4], [])],
      shape: [3],
      at: ([k]) => 1 + k!,
      ...constants,
    },
  ],
  shapeOf: [
    one({ build: (x) => g.shapeOf(x), x: [3, 2], shape: [2], at: ([k]) => [3, 2][k!]!, ...constants }),
    one({ build: (x) => g.shapeOf(x), x: [4], shape: [1], at: () => 4, ...constants }),
  ],
  elementCount: [one({ build: (x) => g.elementCount(x), x: [3, 2], shape: [], at: () => 6, ...constants })],
  lengthOf: [one({ build: (x) => g.lengthOf(x, -1), x: [3, 2], shape: [], at: () => 2, ...constants })],
};
