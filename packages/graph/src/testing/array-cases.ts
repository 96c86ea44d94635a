import * as g from '../operators/index.js';
import { range, total } from './numbers.js';
import { moments, one, single, type OperatorCase } from './operator-case.js';

/** Positions start, start + step, … before stop of an axis, as Python's slices take them. */
function taken(length: number, start?: number, stop?: number, step = 1): number[] {
  const counted = (end: number): number => (end < 0 ? end + length : end);
  const from = counted(start ?? (step > 0 ? 0 : length - 1));
  const to = stop === undefined ? (step > 0 ? length : -1) : counted(stop);
  const order = step > 0 ? range(length) : range(length).reverse();
  const inside = order.filter((k) => (step > 0 ? k >= from && k < to : k <= from && k > to));
  return inside.filter((_, k) => k % Math.abs(step) === 0);
}

/** Operators that move elements, and normalisation. */
export const arrayCases: Readonly<Record<string, readonly OperatorCase[]>> = {
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
    { step: -1 },
    { step: -2 },
    { start: 5, stop: 1, step: -1 },
    { start: -2, stop: 0, step: -3 },
    { start: 100, stop: -100, step: -4 },
    { start: 3, step: -2 },
  ].flatMap(({ start, stop, step }) => {
    const kept = taken(7, start, stop, step);
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
  sliceAxes: [
    one({
      build: (x) =>
        g.sliceAxes(x, [
          { axis: 0, start: 1 },
          { axis: -1, step: -2 },
        ]),
      x: [3, 2, 5],
      shape: [2, 2, 3],
      at: ([i, j, k], x) => x([i! + 1, j!, 4 - 2 * k!]),
    }),
    one({
      build: (x) =>
        g.sliceAxes(x, [
          { axis: 1, start: 0, stop: 3 },
          { axis: 0, start: -2, stop: -1 },
        ]),
      x: [3, 4],
      shape: [1, 3],
      at: ([, j], x) => x([1, j!]),
    }),
    one({ build: (x) => g.sliceAxes(x, []), x: [3], shape: [3], at: (i, x) => x(i) }),
  ],
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
    one({ build: (x) => g.split(x, [1, 3, 2])[1], x: [2, 6], shape: [2, 3], at: ([i, j], x) => x([i!, j! + 1]) }),
    one({
      build: (x) => g.mul(...g.split(x, [2, 2], 0)),
      x: [4, 2],
      shape: [2, 2],
      at: ([i, j], x) => x([i!, j!]) * x([i! + 2, j!]),
    }),
    // A part that nothing depends on.
    one({
      build: (x) => {
        const [first, , last] = g.split(x, [1, 2, 1], 0);
        return g.mul(first, last);
      },
      x: [4, 2],
      shape: [1, 2],
      at: ([, j], x) => x([0, j!]) * x([3, j!]),
    }),
    one({ build: (x) => g.split(x, [2])[0], x: [2], shape: [2], at: (i, x) => x(i) }),
  ],
  tile: [
    one({ build: (x) => g.tile(x, [2, 3]), x: [2, 3], shape: [4, 9], at: ([i, j], x) => x([i! % 2, j! % 3]) }),
    one({
      build: (x) => g.tile(x, [1, 2, 1]),
      x: [2, 2, 2],
      shape: [2, 4, 2],
      at: ([i, j, k], x) => x([i!, j! % 2, k!]),
    }),
    one({ build: (x) => g.tile(x, [1]), x: [3], shape: [3], at: (i, x) => x(i) }),
  ],
  cumsum: [false, true].flatMap((exclusive) =>
    [false, true].flatMap((reverse) => [
      one({
        build: (x) => g.cumsum(x, -1, { exclusive, reverse }),
        x: [2, 4],
        shape: [2, 4],
        at: ([i, j], x) => {
          const before = range(4).filter((k) => (reverse ? k > j! : k < j!) || (k === j && !exclusive));
          return total(before.map((k) => x([i!, k])));
        },
      }),
      one({
        build: (x) => g.cumsum(x, 0, { exclusive, reverse }),
        x: [3, 2],
        shape: [3, 2],
        at: ([i, j], x) => {
          const before = range(3).filter((k) => (reverse ? k > i! : k < i!) || (k === i && !exclusive));
          return total(before.map((k) => x([k, j!])));
        },
      }),
    ]),
  ),
  expand: [
    one({ build: (x) => g.expand(x, [2, 3, 2]), x: [3, 1], shape: [2, 3, 2], at: (i, x) => x(i) }),
    one({ build: (x) => g.expand(x, [4]), x: [], shape: [4], at: (i, x) => x(i) }),
    {
      build: (x, like) => g.expand(x, [...like.shape.slice(0, 1), 3, 2], like),
      inputs: [
        [3, 1],
        [2, 1, 1],
      ],
      shape: [2, 3, 2],
      at: (i, x) => x(i),
    },
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
