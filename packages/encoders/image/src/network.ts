import type { Features, Scope, SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  cast,
  convolutionGrid,
  knownSize,
  mul,
  pad,
  reshape,
  slice,
  sub,
  tile,
  transpose,
  zeros,
} from '@sensorium/graph';

/** Stages halve the picture until its grid is at most this wide, so that a picture has at most 64 tokens. */
const LARGEST_GRID = 8;

export interface Widths {
  readonly dim: number;
  readonly channels: number;
  readonly depth: number;
  readonly blocks: number;
}

/** By the name of a network. */
export const networks = {
  plain: { dim: 128, channels: 16, blocks: 0 },
  tiny: { dim: 128, channels: 16, blocks: 1 },
  small: { dim: 192, channels: 24, blocks: 1 },
  base: { dim: 256, channels: 32, blocks: 2 },
} as const satisfies Readonly<Record<string, Omit<Widths, 'depth'>>>;

/**
 * Pictures [B,S,S,3], 0…255 → features.
 *
 * @param hidden [B,T], 1 where the pixels under a place are not to be seen
 */
export function buildFeatures(
  scope: Scope,
  pixels: SymbolicTensor,
  present: SymbolicTensor,
  widths: Widths,
  hidden?: SymbolicTensor,
): Features {
  const picture = channelsFirst(scaled(pixels));
  const seen = hidden ? hidePlaces(scope, picture, hidden) : picture;
  return convolutionGrid(scope, seen, present, { ...widths, grid: LARGEST_GRID });
}

/** 0…255 → about −2…2 */
const scaled = (pixels: SymbolicTensor): SymbolicTensor => mul(sub(cast(pixels, 'float32'), 127.5), 1 / 63.75);

const channelsFirst = (x: SymbolicTensor): SymbolicTensor => transpose(x, [0, 3, 1, 2]);

/** How pictures of a size become a grid: `side`² places, each of `pixels`² pixels, with none of them at the end of odd ones. */
function gridOf(size: number): { side: number; pixels: number } {
  let [side, pixels] = [size, 1];
  while (side > LARGEST_GRID) [side, pixels] = [Math.ceil(side / 2), pixels * 2];
  return { side, pixels };
}

/** Puts a learned colour over the places that are hidden: [B,3,S,S], [B,T] → [B,3,S,S]. */
function hidePlaces(scope: Scope, picture: SymbolicTensor, hidden: SymbolicTensor): SymbolicTensor {
  const size = knownSize(picture.shape, 2);
  const { side, pixels } = gridOf(size);
  const places = reshape(hidden, [...hidden.shape.slice(0, 1), side, 1, side, 1]);
  const covers = reshape(tile(places, [1, 1, pixels, 1, pixels]), [
    ...hidden.shape.slice(0, 1),
    1,
    side * pixels,
    side * pixels,
  ]);
  const cover = [2, 3].reduce((y, axis) => slice(y, axis, 0, size), covers);
  const colour = reshape(scope.parameter('hidden', [3], zeros), [3, 1, 1]);
  return add(mul(picture, sub(1, cover)), mul(colour, cover));
}

/** The pixels under each place of the grid, about −2…2: uint8 [B,S,S,3] → [B,T,N]. Beyond the edge they are 0. */
export function pixelsOfPlaces(pixels: SymbolicTensor): SymbolicTensor {
  const size = knownSize(pixels.shape, 1);
  const { side, pixels: width } = gridOf(size);
  const whole = [1, 2].reduce((y, axis) => pad(y, axis, 0, side * width - size), scaled(pixels));
  const rows = transpose(reshape(whole, [-1, width, side, 3 * width]), [0, 2, 1, 3]);
  return reshape(rows, [...pixels.shape.slice(0, 1), side * side, 3 * width * width]);
}
