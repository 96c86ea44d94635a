import type { SymbolicTensor } from '@sensorium/contracts';
import { add } from '../operators/arithmetic.js';
import { gemm } from '../operators/linear-algebra.js';
import { pad } from '../operators/padding.js';
import { flatten, reshape } from '../operators/shaping.js';
import { isPoint, placesOf, type Window } from '../operators/windows.js';
import { naturalShape } from './batch-last.js';
import { windowsLast } from './windows-last.js';

/**
 * A convolution as one matrix product over all places of all images, whose gradients are two more: images [C,…spatial,B] and
 * weight [O,C,…kernel] → [O,…places,B].
 */
export function convolutionProduct(
  x: SymbolicTensor,
  weight: SymbolicTensor,
  bias: SymbolicTensor | null,
  window: Window,
): SymbolicTensor {
  const matrix = flatten(weight, 1);
  // The windows end with a row of zeros, and so do the weights.
  const product = isPoint(window) ? gemm(matrix, flatten(x, 1)) : gemm(pad(matrix, 1, 0, 1), windowsLast(x, window));
  const total = bias ? add(product, reshape(bias, [-1, 1])) : product;
  const places = placesOf(naturalShape(x.shape), window);
  return reshape(total, [...weight.shape.slice(0, 1), ...places, ...x.shape.slice(-1)]);
}
