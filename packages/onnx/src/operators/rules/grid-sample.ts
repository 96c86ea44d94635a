import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { knownSize } from '@sensorium/graph';
import type { Call } from '../../import/call.js';

const modes = { linear: 'linear', bilinear: 'linear', nearest: 'nearest', cubic: 'cubic', bicubic: 'cubic' } as const;

const paddings = ['zeros', 'border', 'reflection'] as const;

interface Sampling {
  readonly padding: (typeof paddings)[number];
  /** Whether −1 and 1 are the centres of the outermost elements, not their edges. */
  readonly aligned: boolean;
}

/** Elements along one axis and how much each counts at every place: [N,places]. */
interface Tap {
  readonly index: SymbolicTensor;
  readonly weight: SymbolicTensor;
}

/**
 * Images x [N,C,H,W] (or volumes) at the places of a grid [N,…,2] whose last axis says x and y from −1 to 1 (Jaderberg et al.
 * 2015). Undefined for modes that ours do not have.
 */
export function gridSample(call: Call): SymbolicTensor | undefined {
  const [x, grid] = [call.x(0), call.x(1)];
  const mode = Object.entries(modes).find(([name]) => name === call.text('mode', 'linear'))?.[1];
  const padding = paddings.find((one) => one === call.text('padding_mode', 'zeros'));
  const rank = x.shape.length - 2;
  if (!mode || !padding || (mode === 'cubic' && rank !== 2)) return undefined;
  const sampling = { padding, aligned: call.flag('align_corners') };
  const sizes = x.shape.slice(2).map((_, axis) => knownSize(x.shape, 2 + axis));
  const places = g.flatten(grid, 1, grid.shape.length - 1);
  const taps = sizes.map((size, axis) => {
    const at = rank - 1 - axis;
    const coordinate = g.squeeze(g.slice(places, 2, at, at + 1), 2);
    return tapsOf(pixelOf(coordinate, size, sampling), size, mode, sampling);
  });
  const sampled = combined(taps, sizes).map(({ index, weight }) => {
    const everyChannel = g.tile(g.unsqueeze(index, 1), [1, knownSize(x.shape, 1), 1]);
    return g.mul(g.gatherElements(g.flatten(x, 2), everyChannel, 2), g.unsqueeze(weight, 1));
  });
  const total = sampled.reduce((a, b) => g.add(a, b));
  return g.reshape(total, [...x.shape.slice(0, 2), ...grid.shape.slice(1, -1)]);
}

/** From −1 … 1 to positions of elements. */
const pixelOf = (coordinate: SymbolicTensor, size: number, { aligned }: Sampling): SymbolicTensor =>
  aligned ? g.mul(g.add(coordinate, 1), (size - 1) / 2) : g.sub(g.mul(g.add(coordinate, 1), size / 2), 0.5);

function tapsOf(pixel: SymbolicTensor, size: number, mode: 'linear' | 'nearest' | 'cubic', sampling: Sampling): Tap[] {
  if (mode === 'cubic') return cubicTaps(pixel, size, sampling);
  const kept = inside(pixel, size, sampling);
  if (mode === 'nearest') {
    const nearest = g.round(kept);
    return [tap(nearest, g.add(g.mul(nearest, 0), 1), size, sampling)];
  }
  const before = g.floor(kept);
  const share = g.sub(kept, before);
  return [tap(before, g.sub(1, share), size, sampling), tap(g.add(before, 1), share, size, sampling)];
}

/** Cubic convolution (Keys 1981) with a = −0.75, of elements that are each kept inside. */
function cubicTaps(pixel: SymbolicTensor, size: number, sampling: Sampling): Tap[] {
  const a = -0.75;
  const before = g.floor(pixel);
  return [-1, 0, 1, 2].map((offset) => {
    const distance = g.abs(g.sub(pixel, g.add(before, offset)));
    const powers = (three: number, two: number, one: number, none: number): SymbolicTensor =>
      g.add(g.mul(g.add(g.mul(g.add(g.mul(distance, three), two), distance), one), distance), none);
    const isNear = offset === 0 || offset === 1;
    const weight = isNear ? powers(a + 2, -(a + 3), 0, 1) : powers(a, -5 * a, 8 * a, -4 * a);
    return tap(inside(g.add(before, offset), size, sampling), weight, size, sampling);
  });
}

/** What lies outside: held at the outermost elements, or mirrored there; nothing is done where it counts as 0. */
function inside(position: SymbolicTensor, size: number, { padding, aligned }: Sampling): SymbolicTensor {
  if (padding === 'zeros') return position;
  const limits = { min: 0, max: size - 1 };
  if (padding === 'border') return g.clip(position, limits);
  const [low, span] = aligned ? [0, size - 1] : [-0.5, size];
  if (span === 0) return g.mul(position, 0);
  // A wave of triangles: up along the image, down along its mirror image.
  const along = g.sub(position, low);
  const far = g.sub(along, g.mul(g.floor(g.div(along, 2 * span)), 2 * span));
  const folded = g.add(g.sub(span, g.abs(g.sub(far, span))), low);
  return g.clip(folded, limits);
}

/** An element that exists, whose weight is 0 where it stands for one that does not. */
function tap(position: SymbolicTensor, weight: SymbolicTensor, size: number, { padding }: Sampling): Tap {
  const kept = g.clip(position, { min: 0, max: size - 1 });
  const index = g.cast(kept, 'int64');
  if (padding !== 'zeros') return { index, weight };
  return { index, weight: g.mul(weight, g.cast(g.equal(kept, position), weight.dtype)) };
}

/** Every choice of one element along each axis: its position in the whole image, and the product of the weights. */
const combined = (taps: readonly (readonly Tap[])[], sizes: readonly number[]): Tap[] =>
  taps.reduce<Tap[] | undefined>(
    (all, own, axis) =>
      all
        ? all.flatMap((one) =>
            own.map(({ index, weight }) => ({
              index: g.add(g.mul(one.index, sizes[axis] ?? 1), index),
              weight: g.mul(one.weight, weight),
            })),
          )
        : [...own],
    undefined,
  ) ?? [];
