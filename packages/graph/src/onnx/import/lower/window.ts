import type { Shape } from '@sensorium/contracts';
import { knownSize, shapeError } from '../../../shape.js';
import type { Call } from '../call.js';

/** How a window moves over [B,C,…], with everything that the node leaves open filled in. */
export interface Window {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Before every axis, then after every axis. */
  readonly pads: readonly number[];
}

export function windowOf(call: Call, shape: Shape, kernel: readonly number[]): Window {
  const ones = kernel.map(() => 1);
  const [strides, dilations] = [call.integers('strides') ?? ones, call.integers('dilations') ?? ones];
  return { strides, dilations, pads: padsOf(call, shape, kernel, strides, dilations) };
}

function padsOf(
  call: Call,
  shape: Shape,
  kernel: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
): readonly number[] {
  const mode = call.text('auto_pad', 'NOTSET');
  if (mode === 'NOTSET') return call.integers('pads') ?? [...kernel, ...kernel].map(() => 0);
  if (mode === 'VALID') return [...kernel, ...kernel].map(() => 0);
  if (mode !== 'SAME_UPPER' && mode !== 'SAME_LOWER') throw shapeError(`auto_pad is "${mode}", which does not exist`);
  const totals = kernel.map((length, axis) => {
    const [size, stride] = [knownSize(shape, axis + 2), strides[axis] ?? 1];
    const extent = (dilations[axis] ?? 1) * (length - 1) + 1;
    return Math.max(0, (Math.ceil(size / stride) - 1) * stride + extent - size);
  });
  const [less, more] = [totals.map((total) => Math.floor(total / 2)), totals.map((total) => Math.ceil(total / 2))];
  return mode === 'SAME_UPPER' ? [...less, ...more] : [...more, ...less];
}
