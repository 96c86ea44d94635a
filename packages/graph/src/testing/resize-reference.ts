import type { ResizeOptions, ResizeTarget } from '../operators/resize.js';
import { indices, position, range, total } from './numbers.js';

/** Images of shape `x` in another size. */
export interface ResizeCase extends ResizeOptions {
  readonly x: readonly number[];
  readonly to: ResizeTarget;
}

export function resizedShape({ x, to }: ResizeCase): number[] {
  const sizes = 'sizes' in to ? to.sizes : to.scales.map((scale, axis) => Math.floor(scale * x[2 + axis]!));
  return [...x.slice(0, 2), ...sizes];
}

/** Every element as the sum over its neighbours along all axes, each with the product of the axes' weights. */
export function interpolate(one: ResizeCase, values: readonly number[]): number[] {
  const { x, to } = one;
  const spatial = x.slice(2);
  const scales = 'scales' in to ? to.scales : to.sizes.map((size, axis) => size / spatial[axis]!);
  const shape = resizedShape(one);
  const sizes = shape.slice(2);
  return indices(shape).map((index) => {
    const along = spatial.map((size, axis) =>
      neighbours(original(index[2 + axis]!, size, sizes[axis]!, scales[axis]!, one), size, one),
    );
    const choices = indices(along.map(({ length }) => length));
    return total(
      choices.map((choice) => {
        const taken = choice.map((k, axis) => along[axis]![k]!);
        const weight = taken.reduce((product, own) => product * own.weight, 1);
        return weight * values[position(x, [...index.slice(0, 2), ...taken.map(({ at }) => at)])]!;
      }),
    );
  });
}

/** The coordinate in the original, from the definition of Resize. */
function original(
  element: number,
  from: number,
  to: number,
  scale: number,
  { coordinates = 'half_pixel' }: ResizeCase,
) {
  if (scale === 1) return element;
  return {
    half_pixel: (element + 0.5) / scale - 0.5,
    pytorch_half_pixel: to > 1 ? (element + 0.5) / scale - 0.5 : 0,
    tf_half_pixel_for_nn: (element + 0.5) / scale,
    asymmetric: element / scale,
    align_corners: to > 1 ? (element * (from - 1)) / (to - 1) : 0,
  }[coordinates];
}

function neighbours(coordinate: number, size: number, one: ResizeCase): { at: number; weight: number }[] {
  const { mode = 'nearest', nearest: rounding = 'round_prefer_floor', cubicCoefficient: a = -0.75 } = one;
  const clamp = (at: number): number => Math.max(0, Math.min(size - 1, at));
  // Coordinates such as 5 / (5/3) are whole, whatever the last bit says.
  const exact = Math.round(coordinate * 1e6) / 1e6;
  if (mode === 'nearest') {
    const floor = Math.floor(exact);
    const half = exact - floor === 0.5;
    const rounded = {
      round_prefer_floor: half ? floor : Math.round(exact),
      round_prefer_ceil: half ? floor + 1 : Math.round(exact),
    };
    return [{ at: clamp({ ...rounded, floor, ceil: Math.ceil(exact) }[rounding]), weight: 1 }];
  }
  if (mode === 'linear') {
    // Hat functions, with the coordinate held inside.
    return range(size).map((at) => ({ at, weight: Math.max(0, 1 - Math.abs(clamp(coordinate) - at)) }));
  }
  const kernel = (d: number): number => {
    if (d >= 2) return 0;
    return d <= 1 ? (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1 : a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a;
  };
  const taps = range(size + 8).map((k) => ({ at: k - 4, weight: kernel(Math.abs(exact - (k - 4))) }));
  if (!one.excludeOutside) return taps.map(({ at, weight }) => ({ at: clamp(at), weight }));
  const kept = taps.filter(({ at }) => at >= 0 && at < size);
  const sum = total(kept.map(({ weight }) => weight));
  return kept.map(({ at, weight }) => ({ at, weight: weight / sum }));
}
