import { at } from '../shape.js';
/** How axes are resized: attributes of ONNX by their names. */
export interface Interpolation {
  readonly mode: 'nearest' | 'linear' | 'cubic';
  readonly coordinate_transformation_mode: CoordinateMode;
  readonly nearest_mode: NearestMode;
  readonly cubic_coeff_a: number;
  readonly exclude_outside: number;
}

export type CoordinateMode =
  'half_pixel' | 'pytorch_half_pixel' | 'align_corners' | 'asymmetric' | 'tf_half_pixel_for_nn';

export type NearestMode = 'round_prefer_floor' | 'round_prefer_ceil' | 'floor' | 'ceil';

/** An axis of `from` elements that becomes one of `to`. */
export interface ResizedAxis {
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

/** The matrix [to,from], row by row, that resizes one axis: every element of the result as a weighted sum. */
export function interpolationMatrix(axis: ResizedAxis, how: Interpolation): number[] {
  const { from, to } = axis;
  const matrix = Array<number>(to * from).fill(0);
  for (let row = 0; row < to; row++) {
    for (const [index, weight] of tapsAt(coordinateOf(row, axis, how.coordinate_transformation_mode), from, how)) {
      const position = row * from + index;
      matrix[position] = at(matrix, position) + weight;
    }
  }
  return matrix;
}

/** Where an element of the result lies in the original, in single precision as the runtime computes it. */
export function coordinateOf(element: number, { from, to, scale }: ResizedAxis, mode: CoordinateMode): number {
  const f = Math.fround;
  const divided = (position: number): number => f(position / f(scale));
  if (scale === 1) return element;
  switch (mode) {
    case 'half_pixel':
      return f(divided(element + 0.5) - 0.5);
    case 'pytorch_half_pixel':
      return to > 1 ? f(divided(element + 0.5) - 0.5) : 0;
    case 'tf_half_pixel_for_nn':
      return divided(element + 0.5);
    case 'asymmetric':
      return divided(element);
    case 'align_corners':
      return to > 1 ? f(f(element * (from - 1)) / (to - 1)) : 0;
  }
}

type Tap = readonly [index: number, weight: number];

function tapsAt(coordinate: number, size: number, how: Interpolation): Tap[] {
  const inside = (index: number): number => Math.min(size - 1, Math.max(0, index));
  if (how.mode === 'nearest') return [[inside(nearestTo(coordinate, how.nearest_mode)), 1]];
  if (how.mode === 'cubic') return cubicTaps(coordinate, size, how);
  const kept = inside(coordinate);
  const before = Math.floor(kept);
  return [
    [before, 1 - (kept - before)],
    [inside(before + 1), kept - before],
  ];
}

function nearestTo(coordinate: number, mode: NearestMode): number {
  switch (mode) {
    case 'round_prefer_floor':
      return Math.ceil(coordinate - 0.5);
    case 'round_prefer_ceil':
      return Math.floor(coordinate + 0.5);
    case 'floor':
      return Math.floor(coordinate);
    case 'ceil':
      return Math.ceil(coordinate);
  }
}

/** Cubic convolution (Keys 1981) over four elements; those outside are the outermost, or count for nothing. */
function cubicTaps(coordinate: number, size: number, { cubic_coeff_a: a, exclude_outside }: Interpolation): Tap[] {
  const before = Math.floor(coordinate);
  const taps = [-1, 0, 1, 2].map((offset): Tap => [before + offset, keys(Math.abs(coordinate - before - offset), a)]);
  if (!exclude_outside) return taps.map(([index, weight]) => [Math.min(size - 1, Math.max(0, index)), weight]);
  const kept = taps.filter(([index]) => index >= 0 && index < size);
  const total = kept.reduce((sum, [, weight]) => sum + weight, 0);
  return kept.map(([index, weight]) => [index, weight / total]);
}

/** The weight of an element at a distance of 0 … 2. */
export const keys = (distance: number, a: number): number =>
  distance <= 1
    ? ((a + 2) * distance - (a + 3)) * distance * distance + 1
    : ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a;
