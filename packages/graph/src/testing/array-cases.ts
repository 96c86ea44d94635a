import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '../operators/index.js';
import { range, total, type Read } from './numbers.js';
import { constants, ints, moments, one, put, single, type OperatorCase } from './operator-case.js';

/** Operators that reduce, multiply, move or choose elements. */
export const arrayCases: Readonly<Record<string, readonly OperatorCase[]>> = {
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

  standardize: [
    [2, 4],
    [2, 1, 5],
  ].map((shape) =>
    one({
      ...single,
      build: (x) => g.standardize(x),
      x: shape,
      shape,
      at: (i, x) => {
        const { mean, deviation } = moments(x, i, shape.at(-1)!);
        return (x(i) - mean) / deviation;
      },
    }),
  ),
  sum: [
    one({
      build: (x) => g.sum(x),
      x: [2, 3],
      shape: [],
      at: (_, x) => total(range(6).map((k) => x([Math.floor(k / 3), k % 3]))),
    }),
    one({
      build: (x) => g.sum(x, [-1]),
      x: [2, 3],
      shape: [2],
      at: ([i], x) => total(range(3).map((k) => x([i!, k]))),
    }),
    one({
      build: (x) => g.sum(x, [0, -1], { keep: true }),
      x: [2, 3, 2],
      shape: [1, 3, 1],
      at: ([, j], x) => total(range(4).map((k) => x([k >> 1, j!, k & 1]))),
    }),
    one({ build: (x) => g.sum(x, []), x: [2], shape: [2], at: (i, x) => x(i) }),
  ],
  mean: [
    one({
      build: (x) => g.mean(x),
      x: [2, 2],
      shape: [],
      at: (_, x) => total(range(4).map((k) => x([k >> 1, k & 1]))) / 4,
    }),
    one({
      build: (x) => g.mean(x, [-2]),
      x: [3, 2],
      shape: [2],
      at: ([j], x) => total(range(3).map((k) => x([k, j!]))) / 3,
    }),
    one({
      build: (x) => g.mean(x, [1], { keep: true }),
      x: [2, 3],
      shape: [2, 1],
      at: ([i], x) => total(range(3).map((k) => x([i!, k]))) / 3,
    }),
  ],
  max: [
    one({
      build: (x) => g.max(x),
      x: [2, 3],
      shape: [],
      at: (_, x) => Math.max(...range(6).map((k) => x([Math.floor(k / 3), k % 3]))),
    }),
    one({
      build: (x) => g.max(x, [-1]),
      x: [2, 3],
      shape: [2],
      at: ([i], x) => Math.max(...range(3).map((k) => x([i!, k]))),
    }),
    one({
      build: (x) => g.max(x, [0], { keep: true }),
      x: [4, 2],
      shape: [1, 2],
      at: ([, j], x) => Math.max(...range(4).map((k) => x([k, j!]))),
    }),
  ],
  sumSquare: [
    one({
      build: (x) => g.sumSquare(x),
      x: [2, 3],
      shape: [],
      at: (_, x) => total(range(6).map((k) => x([Math.floor(k / 3), k % 3]) ** 2)),
    }),
  ],

  reshape: [
    one({
      build: (x) => g.reshape(x, [3, 2]),
      x: [2, 3],
      shape: [3, 2],
      at: ([i, j], x) => x([Math.floor((2 * i! + j!) / 3), (2 * i! + j!) % 3]),
    }),
    one({ build: (x) => g.reshape(x, [-1]), x: [2, 2], shape: [4], at: ([k], x) => x([k! >> 1, k! & 1]) }),
  ],
  flatten: [
    one({ build: (x) => g.flatten(x), x: [2, 2, 2], shape: [2, 4], at: ([i, k], x) => x([i!, k! >> 1, k! & 1]) }),
    one({
      build: (x) => g.flatten(x, 0, 2),
      x: [2, 2, 3],
      shape: [4, 3],
      at: ([k, j], x) => x([k! >> 1, k! & 1, j!]),
    }),
  ],
  unsqueeze: [
    one({ build: (x) => g.unsqueeze(x, 1), x: [2, 3], shape: [2, 1, 3], at: ([i, , j], x) => x([i!, j!]) }),
    one({ build: (x) => g.unsqueeze(x, -1), x: [2, 3], shape: [2, 3, 1], at: ([i, j], x) => x([i!, j!]) }),
  ],
  squeeze: [one({ build: (x) => g.squeeze(x, -2), x: [2, 1, 3], shape: [2, 3], at: ([i, j], x) => x([i!, 0, j!]) })],
  transpose: [
    one({ build: (x) => g.transpose(x), x: [2, 3, 4], shape: [2, 4, 3], at: ([i, j, k], x) => x([i!, k!, j!]) }),
    one({
      build: (x) => g.transpose(x, [2, 0, 1]),
      x: [2, 3, 4],
      shape: [4, 2, 3],
      at: ([i, j, k], x) => x([j!, k!, i!]),
    }),
  ],
  concat: [
    {
      build: (...parts) => g.concat(parts),
      inputs: [
        [2, 1],
        [2, 3],
      ],
      shape: [2, 4],
      at: ([i, j], a, b) => (j! < 1 ? a([i!, j!]) : b([i!, j! - 1])),
    },
    {
      build: (...parts) => g.concat(parts, 0),
      inputs: [
        [1, 2],
        [2, 2],
        [1, 2],
      ],
      shape: [4, 2],
      at: ([i, j], a, b, c) => (i! < 1 ? a([i!, j!]) : i! < 3 ? b([i! - 1, j!]) : c([i! - 3, j!])),
    },
    { build: (a) => g.concat([a, a], -2), inputs: [[2, 2]], shape: [4, 2], at: ([i, j], a) => a([i! % 2, j!]) },
    { build: (a) => g.concat([a]), inputs: [[2]], shape: [2], at: (i, a) => a(i) },
  ],
  slice: [
    { start: 1, stop: 3 },
    { start: 0, stop: 7, step: 2 },
    { start: 1, stop: 7, step: 3 },
    { start: 2, stop: 6, step: 3 },
    { start: -3, stop: -1 },
    { start: 2 },
    { start: 1, stop: 100, step: 5 },
    { start: 0, stop: 1, step: 4 },
  ].flatMap(({ start, stop, step }) => {
    const kept = range(7)
      .slice(start, stop)
      .filter((_, k) => k % (step ?? 1) === 0);
    return [
      one({
        build: (x) => g.slice(x, 0, start, stop, step),
        x: [7, 2],
        shape: [kept.length, 2],
        at: ([i, j], x) => x([kept[i!]!, j!]),
      }),
      one({
        build: (x) => g.slice(x, -1, start, stop, step),
        x: [2, 7],
        shape: [2, kept.length],
        at: ([i, j], x) => x([i!, kept[j!]!]),
      }),
    ];
  }),
  pad: [
    one({
      build: (x) => g.pad(x, -1, 1, 2),
      x: [2, 3],
      shape: [2, 6],
      at: ([i, j], x) => (j! >= 1 && j! < 4 ? x([i!, j! - 1]) : 0),
    }),
    one({ build: (x) => g.pad(x, 0, 0, 1), x: [2, 3], shape: [3, 3], at: ([i, j], x) => (i! < 2 ? x([i!, j!]) : 0) }),
  ],
  split: [
    one({ build: (x) => g.split(x, [1, 3, 2])[1]!, x: [2, 6], shape: [2, 3], at: ([i, j], x) => x([i!, j! + 1]) }),
    one({
      build: (x) => g.mul(...(g.split(x, [2, 2], 0) as [SymbolicTensor, SymbolicTensor])),
      x: [4, 2],
      shape: [2, 2],
      at: ([i, j], x) => x([i!, j!]) * x([i! + 2, j!]),
    }),
  ],
  expand: [
    one({ build: (x) => g.expand(x, [2, 3, 2]), x: [3, 1], shape: [2, 3, 2], at: (i, x) => x(i) }),
    one({ build: (x) => g.expand(x, [4]), x: [], shape: [4], at: (i, x) => x(i) }),
  ],
  expandLike: [
    {
      build: (x, y) => g.expandLike(x, y),
      inputs: [
        [3, 1],
        [2, 3, 2],
      ],
      shape: [2, 3, 2],
      at: (i, x) => x(i),
    },
  ],
  zerosLike: [one({ build: (x) => g.zerosLike(x), x: [2, 3], shape: [2, 3], at: () => 0 })],
};
