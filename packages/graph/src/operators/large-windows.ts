import type { Shape, SymbolicTensor } from '@sensorium/contracts';
import { at, knownSize } from '../shape.js';
import { add, cast, div, maximum, mul } from './arithmetic.js';
import { equal } from './comparison.js';
import { padAxes } from './padding.js';
import { putBack, slice } from './slicing.js';
import { placesOf, type Window } from './windows.js';

/** How many times the elements of an image its windows may have together, so that they are laid out one after the other. */
const MOST = 32;

/** Whether the windows over images of `shape` overlap so much that laying them out would take far more memory than the images. */
export function isLarge(shape: Shape, window: Window): boolean {
  const elements = product(placesOf(shape, window)) * product(window.kernel_shape);
  return elements > MOST * product(shape.slice(2).map(Number));
}

/** Takes a gradient back by one step. */
type Back = (gradient: SymbolicTensor) => SymbolicTensor;

/**
 * The gradient of the largest elements of windows, in memory of the order of the images: maxima of two windows that lie beside
 * each other, or overlap, are those of one that is longer, so log₂ k steps lead to windows of k. Equal maxima share the gradient,
 * though not in equal parts.
 *
 * @param lowest what lies in the padding
 */
export function largestGradient(
  x: SymbolicTensor,
  upstream: SymbolicTensor,
  window: Window,
  lowest: number,
): SymbolicTensor {
  const { kernel_shape, strides, dilations } = window;
  const backs: Back[] = [(gradient) => padAxes(gradient, around(window, -1))];
  let maxima = padAxes(x, around(window, 1), { value: lowest });
  for (const [index, size] of kernel_shape.entries()) {
    const [axis, dilation, stride] = [2 + index, at(dilations, index), at(strides, index)];
    for (let reach = 1; reach < size;) {
      const further = Math.min(reach, size - reach);
      const step = pairOf(maxima, axis, further * dilation);
      backs.push(step.back);
      maxima = step.larger;
      reach += further;
    }
    const length = knownSize(maxima.shape, axis);
    if (stride === 1) continue;
    backs.push((gradient) => putBack(gradient, axis, length, 0, stride));
    maxima = slice(maxima, axis, 0, length, stride);
  }
  return backs.reduceRight((gradient, back) => back(gradient), upstream);
}

/** The larger of every element and the one `shift` further on. */
function pairOf(x: SymbolicTensor, axis: number, shift: number): { larger: SymbolicTensor; back: Back } {
  const size = knownSize(x.shape, axis);
  const [near, far] = [slice(x, axis, 0, size - shift), slice(x, axis, shift)];
  const larger = maximum(near, far);
  const wins = (one: SymbolicTensor): SymbolicTensor => cast(equal(one, larger), x.dtype);
  return {
    larger,
    back: (gradient) => {
      const [nearWins, farWins] = [wins(near), wins(far)];
      const share = div(gradient, add(nearWins, farWins));
      return add(putBack(mul(nearWins, share), axis, size, 0, 1), putBack(mul(farWins, share), axis, size, shift, 1));
    },
  };
}

/** The gradient of the sums of windows without gaps: for every element, the sum over the windows that it lies in. */
export function sumsGradient(upstream: SymbolicTensor, shape: Shape, window: Window): SymbolicTensor {
  const { kernel_shape, strides, pads } = window;
  const rank = kernel_shape.length;
  const padded = kernel_shape.reduce<SymbolicTensor>((gradient, size, index) => {
    const axis = 2 + index;
    const length = knownSize(shape, axis) + at(pads, index) + at(pads, rank + index);
    const everywhere = putBack(gradient, axis, length - size + 1, 0, at(strides, index));
    const margin = upstream.shape.map((_, other) => (other === axis ? size - 1 : 0));
    return sumOfNext(padAxes(everywhere, [...margin, ...margin]), axis, size);
  }, upstream);
  return padAxes(padded, around(window, -1));
}

/** At every element, the sum of it and the next count − 1 along an axis: of blocks of 1, 2, 4, … */
function sumOfNext(x: SymbolicTensor, axis: number, count: number): SymbolicTensor {
  const length = knownSize(x.shape, axis) - count + 1;
  const parts: SymbolicTensor[] = [];
  let block = x;
  for (let [reach, covered] = [1, 0]; reach <= count; reach *= 2) {
    if (Math.floor(count / reach) % 2 === 1) {
      parts.push(slice(block, axis, covered, covered + length));
      covered += reach;
    }
    const size = knownSize(block.shape, axis);
    if (2 * reach <= count) block = add(slice(block, axis, 0, size - reach), slice(block, axis, reach));
  }
  return parts.reduce((a, b) => add(a, b));
}

/** Padding of all axes, to be added or (−1) taken away. */
function around({ pads, kernel_shape }: Window, sign: 1 | -1): number[] {
  const signed = pads.map((size) => sign * size);
  return [0, 0, ...signed.slice(0, kernel_shape.length), 0, 0, ...signed.slice(kernel_shape.length)];
}

const product = (list: readonly number[]): number => list.reduce((a, b) => a * b, 1);
