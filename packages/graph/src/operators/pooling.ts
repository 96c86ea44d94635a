import type { SymbolicTensor } from '@sensorium/contracts';
import { defineOperator, single, type Definition } from '../operator.js';
import { formatShape, knownSize, shapeError } from '../shape.js';
import { constant } from '../value.js';
import { cast, div, mul } from './arithmetic.js';
import { equal } from './comparison.js';
import { conv2d, transposedConvolution } from './convolution.js';
import { sum } from './reduction.js';
import { expandLike, flatten, reshapeLike } from './shaping.js';
import { placesOf, type Window } from './windows.js';

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
    shape: ([x], attributes) => [...x.shape.slice(0, 2), ...placesOf(x.shape, 2, windowOf(attributes))],
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
  // A convolution whose weight is the identity lays the elements of every window out along the channels.
  const elements = identityWeight(window.kernel);
  const windows = conv2d(asPlanes(x), elements, { stride: window.strides[0] });
  const winners = cast(equal(windows, asPlanes(output)), x.dtype);
  const share = div(asPlanes(upstream), sum(winners, [1], { keep: true }));
  return [reshapeLike(transposedConvolution(mul(winners, share), elements, asPlanes(x).shape, window), x.shape)];
});

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

/** [kh·kw,1,kh,kw]: output channel i takes element i of the window. */
function identityWeight(kernel: readonly [number, number]): SymbolicTensor {
  const area = kernel[0] * kernel[1];
  const identity = Array.from({ length: area * area }, (_, index) => Number(index % (area + 1) === 0));
  return constant(identity, 'float32', [area, 1, ...kernel]);
}

function checkImages(x: SymbolicTensor): void {
  if (x.shape.length !== 4) throw shapeError(`pooling of ${formatShape(x.shape)}; it takes images [B,C,H,W]`);
}
