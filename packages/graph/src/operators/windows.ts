import type { Shape, SymbolicTensor } from '@sensorium/contracts';
import { formatShape, knownSize, shapeError } from '../shape.js';
import { pad, slice } from './shaping.js';

/** How a window moves over two neighbouring axes, height before width; pairs are in that order. */
export interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly padding: Padding;
}

/** Zeros around: [top, left, bottom, right] */
export type Padding = readonly [number, number, number, number];

/**
 * At how many places the window stops along height and width, which are `axis` and `axis` + 1 of `shape`.
 * Throws SENSORIUM_SHAPE where that is none, and for windows that make no sense.
 */
export function placesOf(shape: Shape, axis: number, window: Window): [number, number] {
  check(window);
  const along = (which: 0 | 1): number => {
    const free = paddedSize(shape, axis, window, which) - extentOf(window, which);
    if (free >= 0) return Math.floor(free / window.strides[which]) + 1;
    throw shapeError(
      `a window of ${extentOf(window, which)} does not fit along axis ${axis + which} of ${formatShape(shape)} with padding ${formatShape(window.padding)}`,
      'Use a smaller kernel or dilation, or more padding.',
    );
  };
  return [along(0), along(1)];
}

/** How many rows at the lower edge and columns at the right one no window reaches. */
export function unreachedBy(window: Window, shape: Shape, axis: number): [number, number] {
  const along = (which: 0 | 1): number =>
    (paddedSize(shape, axis, window, which) - extentOf(window, which)) % window.strides[which];
  return [along(0), along(1)];
}

const extentOf = ({ kernel, dilations }: Window, which: 0 | 1): number => dilations[which] * (kernel[which] - 1) + 1;

const paddedSize = (shape: Shape, axis: number, { padding }: Window, which: 0 | 1): number =>
  knownSize(shape, axis + which) + padding[which] + (which ? padding[3] : padding[2]);

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

/** For every element of the window, row by row: what lies under it at all places. */
export function unfold(x: SymbolicTensor, axis: number, window: Window): SymbolicTensor[] {
  const { kernel, strides, dilations, padding } = window;
  const [top, left, bottom, right] = padding;
  const [rows, columns] = placesOf(x.shape, axis, window);
  const padded = pad(pad(x, axis, top, bottom), axis + 1, left, right);
  const under = (of: SymbolicTensor, which: 0 | 1, offset: number, places: number): SymbolicTensor => {
    const [start, stride] = [offset * dilations[which], strides[which]];
    return slice(of, axis + which, start, start + stride * (places - 1) + 1, stride);
  };
  return range(kernel[0]).flatMap((row) => {
    const band = under(padded, 0, row, rows);
    return range(kernel[1]).map((column) => under(band, 1, column, columns));
  });
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
