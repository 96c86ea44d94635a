import type { Shape, SymbolicTensor } from '@sensorium/contracts';
import { at, knownSize } from '../shape.js';
import { constant } from '../value.js';
import { placesOf, type Window } from './windows.js';

/** What along one axis lies over each pixel. */
export interface Sources {
  /** For each pixel, what the axis adds to the positions, among all elements at all places, of what lies over it. */
  readonly positions: readonly (readonly number[])[];
  /** The length of the longest of these lists, at least 1. */
  readonly most: number;
  /** Whether all are as long. */
  readonly every: boolean;
}

/** How far apart neighbours lie among all elements at all places, along every axis. */
export interface Steps {
  readonly places: readonly number[];
  readonly elements: readonly number[];
}

/** For images of `shape` [B,C,…spatial]: one for each spatial axis. */
export function sourcesOf(shape: Shape, window: Window, steps: Steps): Sources[] {
  const { kernel_shape, strides, dilations, pads } = window;
  return placesOf(shape, window).map((count, axis) => {
    const positions: number[][] = range(knownSize(shape, 2 + axis)).map(() => []);
    for (const place of range(count)) {
      for (const element of range(at(kernel_shape, axis))) {
        const pixel = place * at(strides, axis) + element * at(dilations, axis) - at(pads, axis);
        positions[pixel]?.push(place * at(steps.places, axis) + element * at(steps.elements, axis));
      }
    }
    const most = positions.reduce((longest, { length }) => Math.max(longest, length), 1);
    return { positions, most, every: positions.every(({ length }) => length === most) };
  });
}

/**
 * A list over some axes of `rank`. Positions are sums of one such list for each axis: so a file holds short lists, and the
 * whole table exists only where it runs.
 */
export function vector(
  list: readonly number[],
  rank: number,
  axes: readonly (readonly [number, number])[],
): SymbolicTensor {
  const shape = Array<number>(rank).fill(1);
  for (const [axis, size] of axes) shape[axis] = size;
  return constant(list, 'int32', shape);
}

/** How far apart neighbours along every axis lie in row-major order. */
export const stepsOf = (shape: readonly number[]): number[] => shape.map((_, axis) => product(shape.slice(axis + 1)));

export const product = (list: readonly number[]): number => list.reduce((a, b) => a * b, 1);
export const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
