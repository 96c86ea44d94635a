import type { Dimension, Shape, SymbolicTensor } from '@sensorium/contracts';
import { nodesInOrder } from './traverse.js';
import { valueOf, type Node } from './value.js';

/**
 * Floating-point operations (a multiplication and an addition are two) of all matrix products and convolutions behind
 * `outputs`, for one sample: unknown dimensions count as 1.
 */
export function floatingPointOperations(outputs: readonly SymbolicTensor[]): number {
  return nodesInOrder(outputs.map(valueOf))
    .map(operationsOf)
    .reduce((a, b) => a + b, 0);
}

/** Every element of the result is a sum over the inner axes; of a transposed convolution, every element is spread. */
function operationsOf({ definition: { type }, inputs, outputs, attributes }: Node): number {
  const [a, b] = inputs;
  const [result] = outputs;
  if (!a || !b || !result) return 0;
  if (type === 'MatMul') return 2 * size(result.shape) * size(a.shape.slice(-1));
  if (type === 'Gemm') return 2 * size(result.shape) * size([a.shape[attributes['transA'] ? 0 : 1] ?? 1]);
  if (type === 'Conv') return 2 * size(result.shape) * size(b.shape.slice(1));
  if (type === 'ConvTranspose') return 2 * size(a.shape) * size(b.shape.slice(1));
  return 0;
}

function size(shape: Shape): number {
  return shape.reduce<number>((product, dimension) => product * known(dimension), 1);
}

/** 64 of `64*batch`. */
function known(dimension: Dimension): number {
  return typeof dimension === 'number' ? dimension : Number.parseInt(dimension, 10) || 1;
}
