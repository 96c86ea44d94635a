import type { Shape, SymbolicTensor } from '@sensorium/contracts';
import { formatShape, knownSize, shapeError } from '../shape.js';
import { constant } from '../value.js';
import { gather } from './indexing.js';
import { sum } from './reduction.js';
import { flatten, pad, reshape, transpose } from './shaping.js';

/** How a window moves over images [B,C,H,W]; pairs are [vertical, horizontal]. */
export interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly padding: Padding;
}

/** Zeros around: [top, left, bottom, right] */
export type Padding = readonly [number, number, number, number];

/**
 * At how many places the window stops along height and width of images of `shape`.
 * Throws SENSORIUM_SHAPE where that is none, and for windows that make no sense.
 */
export function placesOf(shape: Shape, window: Window): [number, number] {
  check(window);
  const along = (which: 0 | 1): number => {
    const free = paddedSize(shape, window, which) - extentOf(window, which);
    if (free >= 0) return Math.floor(free / window.strides[which]) + 1;
    throw shapeError(
      `a window of ${extentOf(window, which)} does not fit along axis ${2 + which} of ${formatShape(shape)} with padding ${formatShape(window.padding)}`,
      'Use a smaller kernel or dilation, or more padding.',
    );
  };
  return [along(0), along(1)];
}

/** How many rows at the lower edge and columns at the right one no window reaches. */
export function unreachedBy(shape: Shape, window: Window): [number, number] {
  const along = (which: 0 | 1): number =>
    (paddedSize(shape, window, which) - extentOf(window, which)) % window.strides[which];
  return [along(0), along(1)];
}

const extentOf = ({ kernel, dilations }: Window, which: 0 | 1): number => dilations[which] * (kernel[which] - 1) + 1;

const paddedSize = (shape: Shape, { padding }: Window, which: 0 | 1): number =>
  knownSize(shape, 2 + which) + padding[which] + (which ? padding[3] : padding[2]);

function check({ kernel, strides, dilations, padding }: Window): void {
  for (const [name, sizes, smallest] of [
    ['size', kernel, 1],
    ['stride', strides, 1],
    ['dilation', dilations, 1],
    ['padding', padding, 0],
  ] as const) {
    const wrong = sizes.find((size) => !Number.isInteger(size) || size < smallest);
    if (wrong !== undefined) throw shapeError(`a ${name} of ${wrong}; it is a whole number, at least ${smallest}`);
  }
}

/** [B,C,H,W] → [B,H·W,C] */
export const channelsLast = (x: SymbolicTensor): SymbolicTensor => flatten(transpose(x, [0, 2, 3, 1]), 1, 3);

/**
 * Images [B,C,H,W] → [B,places,elements,C]: what lies under the window, element by element, wherever it stops. Channels
 * come last, so that this is one copy of whole runs of memory.
 */
export function unfold(x: SymbolicTensor, window: Window): SymbolicTensor {
  return gatherOrZero(channelsLast(x), pixelsUnder(x.shape, window));
}

/** The adjoint of `unfold` for images of `shape`: [B,places,elements,C], summed over what lies on the same pixel. */
export function fold(x: SymbolicTensor, shape: Shape, window: Window): SymbolicTensor {
  const above: number[][] = range(knownSize(shape, 2) * knownSize(shape, 3)).map(() => []);
  for (const [index, pixel] of pixelsUnder(shape, window).flat().entries()) above[pixel]?.push(index);
  const most = above.reduce((count, { length }) => Math.max(count, length), 0);
  const parts = gatherOrZero(
    flatten(x, 1, 3),
    above.map((list) => range(most).map((index) => list[index] ?? ZERO)),
  );
  const pixels = reshape(most === 1 ? parts : sum(parts, [2]), [
    ...shape.slice(0, 1),
    ...shape.slice(2),
    ...shape.slice(1, 2),
  ]);
  return transpose(pixels, [0, 3, 1, 2]);
}

/** In a table of rows: the row of zeros, which is put behind all others. */
const ZERO = -1;

/** [B,N,C] → [B,…,C]: the rows that a table names. */
function gatherOrZero(x: SymbolicTensor, table: readonly (readonly number[])[]): SymbolicTensor {
  const names = table.flat();
  const rows = names.includes(ZERO) ? pad(x, 1, 0, 1) : x;
  return gather(rows, constant(names, 'int32', [table.length, names.length / table.length]), 1);
}

/** For every place of the window, the positions of the pixels under it. */
function pixelsUnder(shape: Shape, window: Window): number[][] {
  const { kernel, strides, dilations, padding } = window;
  const [height, width] = [knownSize(shape, 2), knownSize(shape, 3)];
  const [rows, columns] = placesOf(shape, window);
  const under = (which: 0 | 1, place: number, element: number): number =>
    place * strides[which] + element * dilations[which] - padding[which];
  return pairs(rows, columns).map(([row, column]) =>
    pairs(...kernel).map(([i, j]) => {
      const [y, x] = [under(0, row, i), under(1, column, j)];
      return y < 0 || y >= height || x < 0 || x >= width ? ZERO : y * width + x;
    }),
  );
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const pairs = (rows: number, columns: number): [number, number][] =>
  range(rows).flatMap((row) => range(columns).map((column): [number, number] => [row, column]));
