import type { Shape, SymbolicTensor } from '@sensorium/contracts';
import { at, knownSize, shapeError } from '../shape.js';
import { formatShape } from '@sensorium/tensors';

/** The same for every spatial axis, or one for each. */
export type PerAxis = number | readonly number[];

export interface WindowOptions {
  /** How far the window moves. Default 1 */
  stride?: PerAxis;
  /** What lies around the images: as much on every side, or [begin of every axis…, end of every axis…]. Default 0 */
  padding?: PerAxis;
  /** Distance of neighbouring elements of the window in the image. Default 1 */
  dilation?: PerAxis;
}

/** How a window moves over images [B,C,…spatial], as ONNX says it: lists with one entry for each spatial axis. */
export interface Window {
  readonly kernel_shape: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Begins of all axes, then ends of all axes. */
  readonly pads: readonly number[];
}

/** How ONNX stores it. */
export const windowTypes = { kernel_shape: 'ints', strides: 'ints', dilations: 'ints', pads: 'ints' } as const;

/** Throws SENSORIUM_SHAPE for windows that make no sense. */
export function windowOf(
  kernel: readonly number[],
  { stride = 1, padding = 0, dilation = 1 }: WindowOptions = {},
): Window {
  const rank = kernel.length;
  return {
    kernel_shape: checked('size', kernel, rank, 1),
    strides: checked('stride', stride, rank, 1),
    dilations: checked('dilation', dilation, rank, 1),
    pads: checked('padding', padding, 2 * rank, 0),
  };
}

/** One whole number for each of `count` places. */
export function checked(name: string, value: PerAxis, count: number, smallest: number): readonly number[] {
  const list = typeof value === 'number' ? Array<number>(count).fill(value) : value;
  if (list.length !== count) {
    throw shapeError(`a ${name} of ${formatShape(list)}; it is one number, or a list of ${count}`);
  }
  const wrong = list.find((size) => !Number.isInteger(size) || size < smallest);
  if (wrong !== undefined) throw shapeError(`a ${name} of ${wrong}; it is a whole number, at least ${smallest}`);
  return list;
}

/** How many spatial axes images [B,C,…spatial] have. */
export function spatialRank({ shape }: SymbolicTensor, purpose: string): number {
  if (shape.length < 3) throw shapeError(`${purpose} of ${formatShape(shape)}; it takes images [B,C,…spatial]`);
  return shape.length - 2;
}

/** The axes after batch and channels. */
export const spatialAxes = ({ shape }: SymbolicTensor): number[] => range(shape.length - 2).map((axis) => axis + 2);

/**
 * At how many places the window stops along every spatial axis of images of `shape`.
 * Throws SENSORIUM_SHAPE where that is none.
 */
export function placesOf(shape: Shape, window: Window): number[] {
  return axesOf(window).map((axis) => {
    const free = paddedSize(shape, window, axis) - extentOf(window, axis);
    if (free >= 0) return Math.floor(free / at(window.strides, axis)) + 1;
    throw shapeError(
      `a window of ${extentOf(window, axis)} does not fit along axis ${2 + axis} of ${formatShape(shape)} with padding ${formatShape(window.pads)}`,
      'Use a smaller kernel or dilation, or more padding.',
    );
  });
}

/** How much no window reaches at the end of every spatial axis. */
export function unreachedBy(shape: Shape, window: Window): number[] {
  return axesOf(window).map(
    (axis) => (paddedSize(shape, window, axis) - extentOf(window, axis)) % at(window.strides, axis),
  );
}

/** A window of one element that stops everywhere. */
export const isPoint = ({ kernel_shape, strides, pads }: Window): boolean =>
  [...kernel_shape, ...strides].every((size) => size === 1) && pads.every((size) => size === 0);

/** From the first element of the window to the last. */
export const extentOf = ({ kernel_shape, dilations }: Window, axis: number): number =>
  at(dilations, axis) * (at(kernel_shape, axis) - 1) + 1;

/** What lies before and after the images along one axis. */
export const paddingOf = ({ pads, kernel_shape }: Window, axis: number): number =>
  at(pads, axis) + at(pads, axis + kernel_shape.length);

export const axesOf = ({ kernel_shape }: Window): number[] => range(kernel_shape.length);

const paddedSize = (shape: Shape, window: Window, axis: number): number =>
  knownSize(shape, 2 + axis) + paddingOf(window, axis);

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
