import type { Features, Scope, SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  cast,
  concat,
  convolutionGrid,
  div,
  flatten,
  gridWidths,
  linear,
  maximum,
  mul,
  normal,
  reshape,
  slice,
  standardize,
  sub,
  sum,
  transformerBlock,
  transpose,
  unsqueeze,
} from '@sensorium/graph';
import type { VideoOptions } from './options.js';

/** Places of a picture, across and down, that a token is made of: it knows where something is. */
const GRID = 4;
const HEADS = 4;
const layersOf = { tiny: 1, small: 2, base: 4 } as const;
/** Width of a place in a token. */
const PLACE = 16;

interface Fed {
  /** uint8 [B,F,S,S,3] */
  readonly frames: SymbolicTensor;
  /** uint8 [B,F], 1 where there is a frame. */
  readonly valid: SymbolicTensor;
}

/**
 * Frames → features: a token for each frame, [B,F,dim]. The factorised encoder of ViViT (Arnab et al. 2021, model 2), with
 * convolutions in place of its spatial transformer: two streams of them (Simonyan & Zisserman 2014), of which the second sees what
 * has changed since the frame before, as in TSN (Wang et al. 2016), and learns from few films how something moves.
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
  const films = scaled(frames);
  const placesOf = (stream: Scope, pictures: SymbolicTensor): SymbolicTensor => {
    // Each by itself: [B·F,3,S,S]
    const each = transpose(flatten(pictures, 0, 2), [0, 3, 1, 2]);
    const grid = convolutionGrid(stream.at('grid'), each, reshape(valid, [-1, 1]), { ...widths, grid: GRID });
    return standardize(flatten(linear(stream.at('place'), grid.tokens, PLACE), 1));
  };
  const streams = [placesOf(scope.at('frame'), films)];
  if (count > 1) streams.push(placesOf(scope.at('change'), changesOf(films, count)));
  const seen = reshape(linear(scope.at('project'), concat(streams), dim), [...batch, count, dim]);
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

/** Each frame less the one before it, the first less itself: [B,F,S,S,3] */
function changesOf(films: SymbolicTensor, count: number): SymbolicTensor {
  const before = concat([slice(films, 1, 0, 1), slice(films, 1, 0, count - 1)], 1);
  return sub(films, before);
}
