import type { SymbolicTensor } from '@sensorium/contracts';
import { defineOperator, single, type Definition } from '../operator.js';
import { formatShape, knownSize, shapeError } from '../shape.js';
import { constant } from '../value.js';
import { cast, div, mul } from './arithmetic.js';
import { equal } from './comparison.js';
import { transposedConvolution } from './convolution.js';
import { sum } from './reduction.js';
import { expandLike, flatten, reshapeLike, unsqueeze } from './shaping.js';
import { channelsLast, fold, placesOf, unfold, type Window } from './windows.js';

interface PoolAttributes {
  readonly [attribute: string]: readonly number[];
  readonly kernel_shape: readonly [number, number];
  readonly strides: readonly [number, number];
}

const windowOf = ({ kernel_shape, strides }: PoolAttributes): Window => ({
  kernel: kernel_shape,
  strides,
  dilations: [1, 1],
  padding: [0, 0, 0, 0],
});

function pooling(type: string, gradient: Definition<PoolAttributes>['gradient']) {
  const operator = defineOperator<PoolAttributes>(type, {
    shape: ([x], attributes) => [...x.shape.slice(0, 2), ...placesOf(x.shape, windowOf(attributes))],
    gradient,
  });
  return (x: SymbolicTensor, size: number, stride = size): SymbolicTensor => {
    checkImages(x);
    return single(operator([x], { kernel_shape: [size, size], strides: [stride, stride] }));
  };
}

/**
 * The largest of every size×size window: [B,C,H,W] → [B,C,⌊(H − size) / stride⌋ + 1,…]. Equal maxima of a window share
 * its gradient. Throws SENSORIUM_SHAPE where the window is larger than the image.
 */
export const maxPool = pooling('MaxPool', ({ inputs: [x], output, upstream, attributes }) => {
  const window = windowOf(attributes);
  const winners = cast(equal(unfold(x, window), perPlace(output)), x.dtype);
  const share = div(perPlace(upstream), sum(winners, [2], { keep: true }));
  return [fold(mul(winners, share), x.shape, window)];
});

/** [B,C,H',W'] → [B,places,1,C] */
const perPlace = (y: SymbolicTensor): SymbolicTensor => unsqueeze(channelsLast(y), 2);

/** The mean of every size×size window: [B,C,H,W] → [B,C,⌊(H − size) / stride⌋ + 1,…]. Errors as `maxPool`. */
export const averagePool = pooling('AveragePool', ({ inputs: [x], upstream, attributes }) => {
  const window = windowOf(attributes);
  const area = window.kernel[0] * window.kernel[1];
  const share = constant(Array<number>(area).fill(1 / area), x.dtype, [1, 1, ...window.kernel]);
  return [reshapeLike(transposedConvolution(asPlanes(upstream), share, asPlanes(x).shape, window), x.shape)];
});

const globalAverageOperator = defineOperator('GlobalAveragePool', {
  shape: ([x]) => [...x.shape.slice(0, 2), 1, 1],
  gradient: ({ inputs: [x], upstream }) => [
    expandLike(mul(upstream, 1 / (knownSize(x.shape, 2) * knownSize(x.shape, 3))), x),
  ],
});
/** The mean of every channel: [B,C,H,W] → [B,C]. */
export function globalAveragePool(x: SymbolicTensor): SymbolicTensor {
  checkImages(x);
  return flatten(single(globalAverageOperator([x], {})), 1);
}

/** [B,C,H,W] → [B·C,1,H,W] */
const asPlanes = (x: SymbolicTensor): SymbolicTensor => {
  const planes = flatten(x, 0, 2);
  return reshapeLike(planes, [planes.shape[0] ?? 1, 1, ...planes.shape.slice(1)]);
};

function checkImages(x: SymbolicTensor): void {
  if (x.shape.length !== 4) throw shapeError(`pooling of ${formatShape(x.shape)}; it takes images [B,C,H,W]`);
}
