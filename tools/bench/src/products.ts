import { input, matmul, slice, toOnnx } from '@sensorium/graph';
import { floats } from './models/model.js';
import type { Job } from './time.js';

/** A product of two matrices, or of a stack of them. */
export interface Product {
  readonly stack?: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** Floating-point operations: a multiplication and an addition are two. */
export const operationsOf = ({ stack = 1, rows, inner, columns }: Product): number =>
  2 * stack * rows * inner * columns;

export const totalOperations = (products: readonly Product[]): number =>
  products.map(operationsOf).reduce((a, b) => a + b, 0);

export const nameOf = ({ stack, rows, inner, columns }: Product): string =>
  [stack, rows, inner, columns].filter((size) => size !== undefined).join('×');

/** The products of a training step for one in the model: forward, the gradient of the right factor, and of the left. */
export function trained(product: Product, leftHasGradient = true): Product[] {
  const { stack, rows, inner, columns } = product;
  const right = { stack, rows: inner, inner: rows, columns };
  const left = { stack, rows, inner: columns, columns: inner };
  return leftHasGradient ? [product, right, left] : [product, right];
}

export function distinct(products: readonly Product[]): Product[] {
  return [...new Map(products.map((product) => [nameOf(product), product])).values()];
}

export function productJob({ stack, rows, inner, columns }: Product): Job {
  const leading = stack === undefined ? [] : [stack];
  const [left, right] = [
    [...leading, rows, inner],
    [...leading, inner, columns],
  ];
  const product = matmul(input('left', 'float32', left), input('right', 'float32', right));
  return {
    // Only one row, or matrix, leaves the runtime, so that no large result is copied.
    model: toOnnx({ outputs: { first: slice(product, 0, 0, 1) } }),
    feeds: { left: floats(left, () => 0.5), right: floats(right, () => 0.5) },
  };
}
