import type { Features, Scope, SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  conv,
  dropout,
  he,
  knownSize,
  linear,
  maxPool,
  mul,
  normal,
  pad,
  relu,
  standardize,
  transpose,
  zeros,
} from '@sensorium/graph';
import { type LearnedOptions, networkOf } from './options.js';
import { type Fed, featuresOf, windowsOf } from './windowed.js';

/** Stages halve a window until it has at most so many places. */
const MOST_PLACES = 32;
const KERNEL = 5;

/**
 * Windows of series → features, by convolutions over time. What lies outside of a series is set to 0 after every layer, so that
 * its features are the same in a longer window.
 */
export function convolutions(scope: Scope, fed: Fed, present: SymbolicTensor, given: LearnedOptions): Features {
  const { dim, channels, depth } = networkOf(given);
  let { x, mask } = windowsOf(fed, given);
  for (let stage = 0; stage === 0 || knownSize(x.shape, 2) > MOST_PLACES; stage++) {
    const stride = knownSize(x.shape, 2) > MOST_PLACES ? 2 : 1;
    mask = stride === 2 ? halved(mask) : mask;
    x = mul(relu(convolved(scope.at(`stage${stage}`), x, Math.min(dim, channels * 2 ** stage), { stride })), mask);
  }
  const [width, places] = [knownSize(x.shape, 1), knownSize(x.shape, 2)];
  x = mul(add(x, scope.parameter('positions', [width, places], normal(0.3))), mask);
  for (let layer = 0; layer < depth; layer++) {
    const seen = convolved(scope.at(`layer${layer}`), x, width, { dilation: 2 ** layer });
    x = mul(add(x, relu(seen)), mask);
  }
  const features = dropout(scope, standardize(transpose(x, [0, 2, 1])), given.dropout);
  return featuresOf(linear(scope.at('project'), features, dim), mask, fed, present);
}

/** [B,1,T] → [B,1,⌈T/2⌉]: a place is real where one of its rows is. */
const halved = (mask: SymbolicTensor): SymbolicTensor => maxPool(pad(mask, 2, 0, knownSize(mask.shape, 2) % 2), 2);

/** A convolution over time: [B,C,T] → [B,channels,⌈T/stride⌉]. */
function convolved(
  scope: Scope,
  x: SymbolicTensor,
  channels: number,
  { stride = 1, dilation = 1 }: { stride?: number; dilation?: number },
): SymbolicTensor {
  const weight = scope.parameter('weight', [channels, knownSize(x.shape, 1), KERNEL], he);
  const padding = (dilation * (KERNEL - 1)) / 2;
  return conv(x, weight, { stride, dilation, padding, bias: scope.parameter('bias', [channels], zeros) });
}
