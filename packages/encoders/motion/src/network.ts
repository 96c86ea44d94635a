import type { Features, Scope, SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  cast,
  constant,
  conv,
  div,
  dropout,
  flatten,
  he,
  knownSize,
  linear,
  maximum,
  maxPool,
  mul,
  normal,
  pad,
  relu,
  reshape,
  standardize,
  sub,
  sum,
  transpose,
  unsqueeze,
  zeros,
} from '@sensorium/graph';
import type { LearnedOptions } from './options.js';

/** Stages halve a window until it has at most so many places. */
const MOST_PLACES = 32;
const KERNEL = 5;

interface Fed {
  /** [B,N,C,T] */
  readonly values: SymbolicTensor;
  /** uint8 [B,N,T], 1 where there is a row. */
  readonly valid: SymbolicTensor;
}

/**
 * Windows of series → features. What lies outside of a series is set to 0 after every layer, so that its features are the
 * same in a longer window.
 */
export function buildFeatures(
  scope: Scope,
  { values, valid }: Fed,
  present: SymbolicTensor,
  { dim, channels, depth, dropout: rate, mean, deviation }: LearnedOptions,
): Features {
  // Every window by itself: [B·N,…]
  let mask = unsqueeze(cast(flatten(valid, 0, 2), 'float32'), 1);
  let x = mul(standardized(flatten(values, 0, 2), mean, deviation), mask);
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
  const features = standardize(transpose(x, [0, 2, 1]));
  const projected = linear(scope.at('project'), dropout(scope, features, rate), dim);
  // The windows of a sample, one after the other.
  const windows = knownSize(values.shape, 1);
  const shape = [...present.shape.slice(0, 1), windows * places];
  const [tokens, real] = [reshape(projected, [...shape, dim]), reshape(mask, shape)];
  const pooled = div(sum(mul(tokens, unsqueeze(real, 2)), [1]), maximum(sum(real, [1], { keep: true }), 1));
  return { tokens, mask: real, pooled, present, ...(windows > 1 && { grid: [windows, places] }) };
}

/** (x − mean) / deviation of every channel: [B,C,T] → [B,C,T]. */
function standardized(x: SymbolicTensor, mean: readonly number[], deviation: readonly number[]): SymbolicTensor {
  const column = (numbers: readonly number[]): SymbolicTensor => constant(numbers, 'float32', [numbers.length, 1]);
  return div(sub(x, column(mean)), column(deviation));
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
