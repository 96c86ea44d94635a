import type { Features, Scope, SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  cast,
  convolutionGrid,
  div,
  flatten,
  gridWidths,
  linear,
  maximum,
  mul,
  normal,
  reshape,
  standardize,
  sub,
  sum,
  transformerBlock,
  transpose,
  unsqueeze,
} from '@sensorium/graph';
import type { VideoOptions } from './options.js';

/** Places of a frame, across and down, that its token is made of: it knows where in the frame something is. */
const GRID = 4;
const HEADS = 4;
const layersOf = { tiny: 1, small: 2, base: 4 } as const;
/** Width of a place in the token of a frame. */
const PLACE = 16;

interface Fed {
  /** uint8 [B,F,S,S,3] */
  readonly frames: SymbolicTensor;
  /** uint8 [B,F], 1 where there is a frame. */
  readonly valid: SymbolicTensor;
}

/**
 * Frames → features: a token for each frame, [B,F,dim]. The factorised encoder of ViViT (Arnab et al. 2021, model 2), with
 * convolutions in place of its spatial transformer.
 */
export function buildFeatures(
  scope: Scope,
  { frames, valid }: Fed,
  present: SymbolicTensor,
  options: VideoOptions,
): Features {
  const { frames: count, size, dropout } = options;
  const widths = gridWidths(size, options);
  const { dim } = widths;
  const batch = present.shape.slice(0, 1);
  const mask = cast(valid, 'float32');
  // Every frame by itself: [B·F,3,S,S]
  const pictures = transpose(scaled(flatten(frames, 0, 2)), [0, 3, 1, 2]);
  const grid = convolutionGrid(scope.at('frame'), pictures, reshape(valid, [-1, 1]), { ...widths, grid: GRID });
  const places = flatten(linear(scope.at('place'), grid.tokens, PLACE), 1);
  const seen = reshape(linear(scope.at('project'), standardize(places), dim), [...batch, count, dim]);
  let tokens = add(seen, scope.parameter('times', [count, dim], normal(0.3)));
  const layers: SymbolicTensor[] = [];
  for (let layer = 0; layer < (options.layers ?? layersOf[size]); layer++) {
    tokens = transformerBlock(scope.at(`layer${layer}`), tokens, { heads: HEADS, mask, dropout });
    layers.push(tokens);
  }
  const pooled = div(sum(mul(tokens, unsqueeze(mask, 2)), [1]), maximum(sum(mask, [1], { keep: true }), 1));
  return { tokens, mask, pooled, present, grid: [count], layers };
}

/** 0…255 → about −2…2 */
const scaled = (pixels: SymbolicTensor): SymbolicTensor => mul(sub(cast(pixels, 'float32'), 127.5), 1 / 63.75);
