import type { Dimension, Shape } from '@sensorium/contracts';
import { formatShape, knownSize, shapeError } from '../shape.js';

/** How a window moves over the last two axes of a tensor; pairs are [vertical, horizontal]. */
export interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Zeros around: [top, left, bottom, right] */
  readonly pads: Padding;
}

/** [top, left, bottom, right] */
export type Padding = readonly [number, number, number, number];

/** At how many places the window fits: [.., height, width] → [vertical, horizontal]. */
export function placesOf(shape: Shape, { kernel, strides, dilations, pads }: Window): [number, number] {
  const along = (axis: 0 | 1): number => {
    const extent = dilations[axis] * (kernel[axis] - 1) + 1;
    const free = knownSize(shape, axis - 2) + pads[axis] + pads[axis + 2 === 2 ? 2 : 3] - extent;
    if (free < 0) throw shapeError(`a window of ${extent} does not fit into ${formatShape(shape)} with padding ${formatShape(pads)}`);
    return Math.floor(free / strides[axis]) + 1;
  };
  return [along(0), along(1)];
}
