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

/** Stages whose input is at most this wide pool. At 64×64 the first stage would be 40 % of the encoder's training step. */
const LARGEST_POOLED = 48;

export interface GridOptions {
  /** Width of a token. */
  readonly dim: number;
  /** Channels of the first stage; each stage doubles them, up to dim. */
  readonly channels: number;
  /** Convolutions at the last resolution. */
  readonly depth: number;
  /** Stages halve the picture until its side is at most this. Default 8 */
  readonly grid?: number;
  /** [B,1,H,W], 1 where there is a value. Default: everywhere */
  readonly valid?: SymbolicTensor;
}

/**
 * A small convolutional network of square maps [B,C,S,S]: stages of a standardized 3×3 convolution, 2×2 max pooling and ReLU (a
 * stride of 2 instead of pooling above 48 pixels) down to a grid, whose places become the tokens [B,T,dim], with a learned
 * embedding of each place; pooled [B,dim] is their mean.
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
  const { dim, channels, depth, grid = 8 } = options;
  let map: Masked = masked(x, options.valid);
  const stages: SymbolicTensor[] = [];
  for (let stage = 0; knownSize(map.x.shape, 2) > grid; stage++) {
    map = halved(scope.at(`stage${stage}`), map, Math.min(dim, channels * 2 ** stage));
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
