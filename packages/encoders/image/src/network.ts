import type { Features, Scope, SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  cast,
  constant,
  convolution,
  expand,
  flatten,
  knownSize,
  linear,
  maxPool,
  mean,
  mul,
  normal,
  pad,
  relu,
  reshape,
  slice,
  standardize,
  sub,
  tile,
  transpose,
  zeros,
} from '@sensorium/graph';

/** Stages halve the picture until its grid is at most this wide, so that a picture has at most 64 tokens. */
const LARGEST_GRID = 8;
/** Stages whose input is at most this wide pool. At 64×64 the first stage would be 40 % of the encoder's training step. */
const LARGEST_POOLED = 48;
/** Deviation of a weight before it is standardized. Its size is not seen, but the smaller, the faster weights turn. */
const INITIAL_WEIGHT = 0.02;

interface Widths {
  readonly dim: number;
  readonly channels: number;
  readonly depth: number;
}

/**
 * Pictures uint8 [B,S,S,3] → features.
 *
 * @param hidden [B,T], 1 where the pixels under a place are not to be seen
 */
export function buildFeatures(
  scope: Scope,
  pixels: SymbolicTensor,
  present: SymbolicTensor,
  { dim, channels, depth }: Widths,
  hidden?: SymbolicTensor,
): Features {
  const picture = channelsFirst(scaled(pixels));
  let x = hidden ? hidePlaces(scope, picture, hidden) : picture;
  const stages: SymbolicTensor[] = [];
  for (let stage = 0; knownSize(x.shape, 2) > LARGEST_GRID; stage++) {
    x = halved(scope.at(`stage${stage}`), x, Math.min(dim, channels * 2 ** stage));
    stages.push(x);
  }
  for (let layer = 0; layer < depth; layer++) {
    x = relu(standardizedConvolution(scope.at(`layer${layer}`), x, dim));
    stages.push(x);
  }
  return gridFeatures(scope, x, dim, present, stages);
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

/**
 * [B,C,H,W] → [B,channels,⌈H/2⌉,⌈W/2⌉]. Pooling keeps the strongest of four neighbours, so that a detail counts wherever
 * it falls on the grid. Shapes are learned in far fewer steps than with strides.
 */
function halved(scope: Scope, x: SymbolicTensor, channels: number): SymbolicTensor {
  const pooled = knownSize(x.shape, 2) <= LARGEST_POOLED;
  const y = standardizedConvolution(scope, x, channels, pooled ? 1 : 2);
  // Zeros at the end of odd sides do not change what ReLU leaves of a maximum.
  return relu(pooled ? maxPool(evenSides(y), 2) : y);
}

const evenSides = (x: SymbolicTensor): SymbolicTensor =>
  [2, 3].reduce((y, axis) => pad(y, axis, 0, knownSize(y.shape, axis) % 2), x);

/**
 * A convolution with standardized weights (Qiao et al. 2019): those of every output channel have mean 0 and variance
 * 2 / fan-in. What comes out of a ReLU is never negative, so that otherwise each channel would carry the mean of its
 * input, and little of what differs from place to place. It keeps the scale of every stage as normalised activations
 * would, at no cost per picture.
 */
function standardizedConvolution(scope: Scope, x: SymbolicTensor, channels: number, stride = 1): SymbolicTensor {
  return convolution(standardizedWeights(scope), x, channels, { stride, initialize: normal(INITIAL_WEIGHT) });
}

/** Standardizes what has more than one axis, so not the bias. */
function standardizedWeights(scope: Scope): Scope {
  return {
    ...scope,
    parameter(name, shape, initialize, given) {
      const parameter = scope.parameter(name, shape, initialize, given);
      if (shape.length === 1) return parameter;
      const rows = flatten(parameter, 1);
      return reshape(mul(standardize(rows), Math.sqrt(2 / knownSize(rows.shape, 1))), shape);
    },
  };
}

/** [B,C,H,W] → [B,T,C], row by row. */
const tokensOf = (map: SymbolicTensor): SymbolicTensor => transpose(flatten(map, 2, 4), [0, 2, 1]);

/**
 * The last of the stages, [B,C,H,W], becomes a token for each place, with a learned embedding of the place. Those of the
 * same grid are layers, and the last of each size a map.
 */
function gridFeatures(
  scope: Scope,
  last: SymbolicTensor,
  dim: number,
  present: SymbolicTensor,
  stages: readonly SymbolicTensor[],
): Features {
  const side = knownSize(last.shape, 2);
  const count = side * side;
  const projected = linear(scope.at('project'), standardize(tokensOf(last)), dim);
  const tokens = add(projected, scope.parameter('positions', [count, dim], normal(0.3)));
  const isFiner = (map: SymbolicTensor): boolean => knownSize(map.shape, 2) > side;
  return {
    tokens,
    mask: expand(constant([1], 'float32', [1, 1]), [...present.shape.slice(0, 1), count], present),
    pooled: mean(tokens, [1]),
    present,
    grid: [side, side],
    layers: stages.filter((map) => !isFiner(map)).map(tokensOf),
    maps: [last, ...stages.filter(isFiner).reverse()],
  };
}
