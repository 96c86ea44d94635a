import { type Features, required, type Scope, type SymbolicTensor, type Symbols } from '@sensorium/contracts';
import {
  div,
  dropout,
  flatten,
  knownSize,
  linear,
  maximum,
  maxPool,
  mul,
  pad,
  relu,
  reshape,
  standardize,
  standardizedConvolution,
  sum,
  transpose,
  unsqueeze,
} from '@sensorium/graph';
import { maskBands, maskFrames } from './augment-spectrogram.js';
import { spectrogram } from './front-end.js';
import { type LearnedOptions, widthsOf } from './options.js';
import { presets } from './presets.js';

/** Blocks that halve time as well as pitch; further ones halve pitch alone. */
const HALVING_TIME = 3;

/**
 * Windows of samples → features. What is not of the sound is set to 0 after every block, so that its features are the same in a
 * longer window.
 */
export function buildFeatures(scope: Scope, x: Symbols, present: SymbolicTensor, given: LearnedOptions): Features {
  const { dim, channels, depth } = widthsOf(given);
  const fed = required(x['samples'], 'the input "samples"');
  const span = required(x['span'], 'the input "span"');
  // Every window by itself: [B·N,…]
  const sound = { samples: flatten(fed, 0, 2), span: flatten(span, 0, 2) };
  const { values, mask: frames } = spectrogram(sound, presets[given.mel].frontEnd(given.rate));
  const varied = maskFrames(scope, maskBands(scope, values, given.augment.bands), given.augment.frames);
  let mask = unsqueeze(unsqueeze(frames, 1), 1);
  let y = mul(unsqueeze(varied, 1), mask);
  for (let block = 0; block < depth; block++) {
    const seen = relu(standardizedConvolution(scope.at(`block${block}`), y, Math.min(dim, channels * 2 ** block)));
    const step = block < HALVING_TIME ? 2 : 1;
    mask = halved(mask, step, 1);
    y = mul(halved(seen, step, 2), mask);
  }
  const [width, rows, places] = [1, 2, 3].map((axis) => knownSize(y.shape, axis)) as [number, number, number];
  const columns = reshape(transpose(y, [0, 3, 1, 2]), [...y.shape.slice(0, 1), places, width * rows]);
  const projected = linear(scope.at('project'), dropout(scope, standardize(columns), given.dropout), dim);
  // The windows of a sample, one after the other.
  const windows = knownSize(fed.shape, 1);
  const shape = [...present.shape.slice(0, 1), windows * places];
  const [tokens, real] = [reshape(projected, [...shape, dim]), reshape(mask, shape)];
  const pooled = div(sum(mul(tokens, unsqueeze(real, 2)), [1]), maximum(sum(real, [1], { keep: true }), 1));
  return { tokens, mask: real, pooled, present, ...(windows > 1 && { grid: [windows, places] }) };
}

/** The largest of so many frames and bands: [N,C,bands,T], nowhere negative, with zeros at the end of what is odd. */
function halved(x: SymbolicTensor, frames: number, bands: number): SymbolicTensor {
  const even = [bands, frames].reduce((y, size, index) => {
    const missing = knownSize(y.shape, 2 + index) % size;
    return missing > 0 ? pad(y, 2 + index, 0, missing) : y;
  }, x);
  return maxPool(even, [bands, frames]);
}
