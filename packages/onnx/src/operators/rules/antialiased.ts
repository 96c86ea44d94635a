import { required } from '@sensorium/contracts';
import type { CoordinateMode } from '@sensorium/graph';
import { coordinateOf, keys, type ResizedAxis } from '@sensorium/graph/transform';

export interface Filter {
  readonly mode: 'linear' | 'cubic';
  readonly coordinates: CoordinateMode;
  readonly cubicCoefficient: number;
  /** Whether elements outside the image count for nothing, where else the outermost are repeated. */
  readonly excludeOutside: boolean;
}

/**
 * The matrix [to,from], row by row, that resizes one axis with a filter that grows as the axis shrinks, so that every element
 * counts (as Pillow and ONNX Runtime do it).
 */
export function antialiasedMatrix(axis: ResizedAxis, filter: Filter): number[] {
  const { from, to } = axis;
  const matrix = Array<number>(to * from).fill(0);
  for (let row = 0; row < to; row++) {
    for (const [index, weight] of tapsOf(row, axis, filter)) {
      const position = row * from + index;
      matrix[position] = required(matrix[position], 'an element of the matrix') + weight;
    }
  }
  return matrix;
}

function tapsOf(row: number, axis: ResizedAxis, filter: Filter): (readonly [index: number, weight: number])[] {
  const { from, scale } = axis;
  const wider = Math.max(1, 1 / scale);
  const reach = (filter.mode === 'linear' ? 1 : 2) * wider;
  const centre = 0.5 + coordinateOf(row, axis, filter.coordinates);
  const [first, end] = [Math.floor(centre - reach + 0.5), Math.floor(centre + reach + 0.5)];
  const taps = Array.from({ length: end - first }, (_, at): [number, number] => {
    const index = first + at;
    return [index, weightAt(Math.abs((index - centre + 0.5) / wider), filter)];
  });
  const kept = filter.excludeOutside ? taps.filter(([index]) => index >= 0 && index < from) : taps;
  const total = kept.reduce((sum, [, weight]) => sum + weight, 0) || 1;
  return kept.map(([index, weight]) => [Math.min(from - 1, Math.max(0, index)), weight / total]);
}

function weightAt(distance: number, { mode, cubicCoefficient }: Filter): number {
  if (mode === 'linear') return Math.max(0, 1 - distance);
  return distance < 2 ? keys(distance, cubicCoefficient) : 0;
}
