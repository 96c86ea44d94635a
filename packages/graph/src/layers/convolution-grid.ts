import type { Features, Scope, SymbolicTensor } from '@sensorium/contracts';
import { normal, zeros } from '../initialize.js';
import { add, div, maximum, mul } from '../operators/arithmetic.js';
import { relu } from '../operators/activation.js';
import { standardize } from '../operators/normalization.js';
import { pad } from '../operators/padding.js';
import { averagePool, maxPool } from '../operators/pooling.js';
import { mean, sum } from '../operators/reduction.js';
import { expand, flatten, reshape, transpose, unsqueeze } from '../operators/shaping.js';
import { knownSize } from '../shape.js';
import { constant } from '../value.js';
import { linear } from './linear.js';
import { standardizedConvolution } from './standardized-convolution.js';

/** Maps at most so wide have residual blocks: above, they would be most of the cost and see the least. */
const LARGEST_RESIDUAL = 32;
/** Stages whose input is at most this wide pool. At 64×64 the first stage would be 40 % of the encoder's training step. */
const LARGEST_POOLED = 48;

export interface GridOptions {
  /** Width of a token. */
  readonly dim: number;
  /** Channels of the first stage; each stage doubles them, up to dim. */
  readonly channels: number;
  /** Convolutions at the last resolution. */
  readonly depth: number;
  /** Residual blocks after each stage whose map is at most 32 wide. Default 0 */
  readonly blocks?: number;
  /** Stages halve the picture until its side is at most this. Default 8 */
  readonly grid?: number;
  /** [B,1,H,W], 1 where there is a value. Default: everywhere */
  readonly valid?: SymbolicTensor;
}

/** Widths by how large an encoder is. */
const presets = {
  tiny: { dim: 64, channels: 8, depth: 1 },
  small: { dim: 128, channels: 16, depth: 1 },
  base: { dim: 256, channels: 32, depth: 2 },
} as const;

export type GridWidths = Pick<GridOptions, 'dim' | 'channels' | 'depth'>;

/** The widths of a size, but for those that are given. */
export function gridWidths(size: keyof typeof presets, { dim, channels, depth }: Partial<GridWidths>): GridWidths {
  const preset = presets[size];
  return { dim: dim ?? preset.dim, channels: channels ?? preset.channels, depth: depth ?? preset.depth };
}

/**
 * A small convolutional network of square maps [B,C,S,S]: stages of a standardized 3×3 convolution, 2×2 max pooling and ReLU (a
 * stride of 2 instead of pooling above 48 pixels) down to a grid, whose places become the tokens [B,T,dim], with a learned
 * embedding of each place; pooled [B,dim] is their mean.
 *
 * With `blocks`, stages are followed by y = ReLU(x + g · conv(ReLU(conv(x)))), whose g [1] begins at 0, so that a deep network learns
 * like a flat one at first (De & Smith 2020).
 *
 * With `valid`, convolutions are partial (Liu et al. 2018): a window is weighed by how much of it has values, values that are not
 * there are 0 in every layer, and a place is masked that has none.
 */
export function convolutionGrid(
  scope: Scope,
  x: SymbolicTensor,
  present: SymbolicTensor,
  options: GridOptions,
): Features {
  const { dim, channels, depth, blocks = 0, grid = 8 } = options;
  let map: Masked = masked(x, options.valid);
  const stages: SymbolicTensor[] = [];
  for (let stage = 0; knownSize(map.x.shape, 2) > grid; stage++) {
    const own = scope.at(`stage${stage}`);
    map = halved(own, map, Math.min(dim, channels * 2 ** stage));
    const count = knownSize(map.x.shape, 2) > LARGEST_RESIDUAL ? 0 : blocks;
    for (let block = 0; block < count; block++) map = residual(own.at(`block${block}`), map);
    stages.push(map.x);
  }
  for (let layer = 0; layer < depth; layer++) {
    const { x: seen, valid } = partialConvolution(scope.at(`layer${layer}`), map, dim);
    map = masked(relu(seen), valid);
    stages.push(map.x);
  }
  return gridFeatures(scope, map, dim, present, stages);
}

/** A map [B,C,H,W] and where it has values, [B,1,H,W]; it is 0 elsewhere. */
interface Masked {
  readonly x: SymbolicTensor;
  readonly valid: SymbolicTensor | undefined;
}

const masked = (x: SymbolicTensor, valid: SymbolicTensor | undefined): Masked => ({
  x: valid ? mul(x, valid) : x,
  valid,
});

/**
 * [B,C,H,W] → [B,channels,⌈H/2⌉,⌈W/2⌉]. Pooling keeps the strongest of four neighbours, so that a detail counts wherever
 * it falls on the grid. Shapes are learned in far fewer steps than with strides.
 */
function halved(scope: Scope, map: Masked, channels: number): Masked {
  const pooled = knownSize(map.x.shape, 2) <= LARGEST_POOLED;
  const { x, valid } = partialConvolution(scope, map, channels, pooled ? 1 : 2);
  if (!pooled) return masked(relu(x), valid);
  // Zeros at the end of odd sides, and where there is no value, do not change what ReLU leaves of a maximum.
  return { x: relu(halvedMaximum(masked(x, valid).x)), valid: valid && halvedMaximum(valid) };
}

const halvedMaximum = (x: SymbolicTensor): SymbolicTensor =>
  maxPool(
    [2, 3].reduce((y, axis) => pad(y, axis, 0, knownSize(y.shape, axis) % 2), x),
    2,
  );

/** [B,C,H,W] → the same. */
function residual(scope: Scope, map: Masked): Masked {
  const channels = knownSize(map.x.shape, 1);
  const first = partialConvolution(scope.at('first'), map, channels);
  const second = partialConvolution(scope.at('second'), masked(relu(first.x), map.valid), channels);
  return masked(relu(add(map.x, mul(second.x, scope.parameter('gain', [1], zeros)))), map.valid);
}

/**
 * y = conv(x) · 9 / (values in the window) + bias. Beyond the edge there are none. What is not valid in the result has any
 * value.
 */
function partialConvolution(scope: Scope, { x, valid }: Masked, channels: number, stride = 1): Masked {
  if (!valid) return { x: standardizedConvolution(scope, x, channels, { stride }), valid };
  const share = averagePool(valid, 3, { stride, padding: 1, countIncludePad: true });
  const seen = div(standardizedConvolution(scope, x, channels, { stride, bias: false }), maximum(share, 1 / 9));
  const bias = reshape(scope.parameter('bias', [channels], zeros), [channels, 1, 1]);
  return { x: add(seen, bias), valid: stride === 2 ? halvedMaximum(valid) : valid };
}

/** [B,C,H,W] → [B,T,C], row by row. */
const tokensOf = (map: SymbolicTensor): SymbolicTensor => transpose(flatten(map, 2, 4), [0, 2, 1]);

/** The stages of the same grid as the last are layers, and the last of each size a map. */
function gridFeatures(
  scope: Scope,
  { x: last, valid }: Masked,
  dim: number,
  present: SymbolicTensor,
  stages: readonly SymbolicTensor[],
): Features {
  const side = knownSize(last.shape, 2);
  const count = side * side;
  const projected = linear(scope.at('project'), standardize(tokensOf(last)), dim);
  const tokens = add(projected, scope.parameter('positions', [count, dim], normal(0.3)));
  const isFiner = (map: SymbolicTensor): boolean => knownSize(map.shape, 2) > side;
  const everywhere = (): SymbolicTensor =>
    expand(constant([1], 'float32', [1, 1]), [...present.shape.slice(0, 1), count], present);
  const mask = valid ? flatten(valid, 1, 4) : everywhere();
  return {
    tokens,
    mask,
    pooled: valid ? meanOf(tokens, mask) : mean(tokens, [1]),
    present,
    grid: [side, side],
    layers: stages.filter((map) => !isFiner(map)).map(tokensOf),
    maps: [last, ...stages.filter(isFiner).reverse()],
  };
}

/** Of the tokens that the mask keeps; 0 where it keeps none. */
const meanOf = (tokens: SymbolicTensor, mask: SymbolicTensor): SymbolicTensor =>
  div(sum(mul(tokens, unsqueeze(mask, 2)), [1]), maximum(sum(mask, [1], { keep: true }), 1));
