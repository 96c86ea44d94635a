import type { SymbolicTensor } from '@sensorium/contracts';
import { defineOperator, single } from '../operator.js';
import { at, shapeError } from '../shape.js';
import { formatShape } from '@sensorium/tensors';
import { constant } from '../value.js';
import { cast, div, mul } from './arithmetic.js';
import { equal } from './comparison.js';
import { isLarge, largestGradient, sumsGradient } from './large-windows.js';
import { max, mean, sum } from './reduction.js';
import { reshape, reshapeLike, unsqueeze } from './shaping.js';
import { adjointConvolution } from './transposed-convolution.js';
import { channelsLast, fold, unfold } from './unfold.js';
import {
  checked,
  placesOf,
  spatialAxes,
  spatialRank,
  windowOf,
  type PerAxis,
  type Window,
  type WindowOptions,
  windowTypes,
} from './windows.js';

export interface PoolOptions {
  /** How far the window moves. Default: its size */
  stride?: PerAxis;
  /** Around the images, less than the size: on every side, or [begin of every axis…, end of every axis…]. Default 0 */
  padding?: PerAxis;
}

export interface MaxPoolOptions extends PoolOptions {
  /** Distance of neighbouring elements of the window in the image. Default 1 */
  dilation?: PerAxis;
}

export interface AveragePoolOptions extends PoolOptions {
  /** Whether padding counts, as zeros. Default false: the mean is that of the elements inside the image. */
  countIncludePad?: boolean;
}

/** The window of a pool of x [B,C,…spatial]. */
function poolWindow(x: SymbolicTensor, size: PerAxis, { stride = size, ...options }: WindowOptions): Window {
  const window = windowOf(checked('size', size, spatialRank(x, 'pooling'), 1), { stride, ...options });
  const { kernel_shape, pads } = window;
  if (pads.some((padding, index) => padding >= at(kernel_shape, index % kernel_shape.length))) {
    throw shapeError(
      `a window of ${formatShape(kernel_shape)} with a padding of ${formatShape(pads)}`,
      'Padding is less than the size of the window.',
    );
  }
  return window;
}

const maxPoolOperator = defineOperator<Window>('MaxPool', {
  attributes: windowTypes,
  shape: ([x], window) => [...x.shape.slice(0, 2), ...placesOf(x.shape, window)],
  gradient: ({ inputs: [x], output, upstream, attributes: window }) => {
    // What lies in the padding must not be taken for a maximum.
    const lowest = x.dtype === 'float64' ? -Number.MAX_VALUE : LOWEST;
    if (isLarge(x.shape, window)) return [largestGradient(x, upstream, window, lowest)];
    const elements = unfold(x, window, lowest);
    const winners = cast(equal(elements, perPlace(output)), x.dtype);
    const share = div(perPlace(upstream), sum(winners, [2], { keep: true }));
    return [fold(mul(winners, share), x.shape, window)];
  },
});

/** The lowest finite float32. */
const LOWEST = -(2 - 2 ** -23) * 2 ** 127;

/** [B,C,…places] → [B,places,1,C] */
const perPlace = (y: SymbolicTensor): SymbolicTensor => unsqueeze(channelsLast(y), 2);

/**
 * The largest element of every window of x [B,C,…spatial] → [B,C,…places], in one, two or three dimensions; along an axis
 * of size n there are ⌊(n + begin + end − dilation·(size − 1) − 1) / stride⌋ + 1 places. Padding is never the largest.
 * Equal maxima of a window share its gradient. Throws SENSORIUM_SHAPE where the window is larger than the padded image.
 */
export const maxPool = (x: SymbolicTensor, size: PerAxis, options: MaxPoolOptions = {}): SymbolicTensor =>
  single(maxPoolOperator([x], poolWindow(x, size, options)));

interface AverageAttributes {
  readonly kernel_shape: readonly number[];
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly count_include_pad: number;
}

const undilated = (attributes: AverageAttributes): Window => ({
  ...attributes,
  dilations: attributes.strides.map(() => 1),
});

const averagePoolOperator = defineOperator<AverageAttributes>('AveragePool', {
  attributes: { kernel_shape: 'ints', strides: 'ints', pads: 'ints', count_include_pad: 'int' },
  shape: ([x], attributes) => [...x.shape.slice(0, 2), ...placesOf(x.shape, undilated(attributes))],
  gradient: ({ inputs: [x], upstream, attributes }) => {
    const { kernel_shape } = attributes;
    const window = undilated(attributes);
    if (isLarge(x.shape, window)) {
      return [sumsGradient(mul(upstream, shareOfElements(x, attributes)), x.shape, window)];
    }
    const area = kernel_shape.reduce((a, b) => a * b, 1);
    const everything = constant(Array<number>(area).fill(1), x.dtype, [1, 1, ...kernel_shape]);
    const shares = asPlanes(mul(upstream, shareOfElements(x, attributes)));
    return [reshapeLike(adjointConvolution(shares, everything, asPlanes(x).shape, window, 1), x.shape)];
  },
});

/** 1 / how many elements are averaged at every place: [1,1,…places] */
function shareOfElements(x: SymbolicTensor, attributes: AverageAttributes): SymbolicTensor {
  const { kernel_shape, strides, pads, count_include_pad } = attributes;
  const places = placesOf(x.shape, undilated(attributes));
  const along = places.map((count, axis) => {
    const [kernel, size] = [at(kernel_shape, axis), Number(x.shape[2 + axis])];
    const shares = Array.from({ length: count }, (_, place) => {
      const start = place * at(strides, axis) - at(pads, axis);
      const inside = Math.min(start + kernel, size) - Math.max(start, 0);
      return 1 / (count_include_pad ? kernel : inside);
    });
    return constant(shares, x.dtype, [1, 1, ...places.map((_, other) => (other === axis ? count : 1))]);
  });
  return along.reduce<SymbolicTensor>(mul, constant(1, x.dtype));
}

/** [B,C,…spatial] → [B·C,1,…spatial] */
const asPlanes = (x: SymbolicTensor): SymbolicTensor => reshape(x, [-1, 1, ...x.shape.slice(2)]);

/** The mean of every window: shapes and errors as in `maxPool`, without dilation. */
export function averagePool(
  x: SymbolicTensor,
  size: PerAxis,
  { countIncludePad = false, ...options }: AveragePoolOptions = {},
): SymbolicTensor {
  const { kernel_shape, strides, pads } = poolWindow(x, size, options);
  const attributes = { kernel_shape, strides, pads, count_include_pad: Number(countIncludePad) };
  return single(averagePoolOperator([x], attributes));
}

/** The mean of every channel: [B,C,…spatial] → [B,C]. Throws SENSORIUM_SHAPE where there are no spatial axes. */
export function globalAveragePool(x: SymbolicTensor): SymbolicTensor {
  spatialRank(x, 'pooling');
  return mean(x, spatialAxes(x));
}

/**
 * The largest element of every channel: [B,C,…spatial] → [B,C]. Equal maxima share the gradient. Throws SENSORIUM_SHAPE
 * where there are no spatial axes.
 */
export function globalMaxPool(x: SymbolicTensor): SymbolicTensor {
  spatialRank(x, 'pooling');
  return max(x, spatialAxes(x));
}
