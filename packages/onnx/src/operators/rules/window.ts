import type { Shape } from '@sensorium/contracts';
import { knownSize } from '@sensorium/graph';
import { at, shapeError } from '@sensorium/graph/transform';
import type { Call } from '../../import/call.js';

/** How a window moves over [B,C,…], with everything that the node leaves open filled in. */
export interface Window {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Before every axis, then after every axis. */
  readonly pads: readonly number[];
}

/** The window of a convolution or a pool of images of a shape. */
export function windowOf(call: Call, shape: Shape, kernel: readonly number[]): Window {
  const steps = stepsOf(call, kernel);
  const mode = autoPadOf(call);
  if (mode === 'NOTSET' || mode === 'VALID') return { ...steps, pads: padsOf(call, kernel) };
  const totals = kernel.map((length, axis) => {
    const [size, stride] = [knownSize(shape, axis + 2), at(steps.strides, axis)];
    const extent = at(steps.dilations, axis) * (length - 1) + 1;
    return Math.max(0, (Math.ceil(size / stride) - 1) * stride + extent - size);
  });
  return { ...steps, pads: halved(totals, mode === 'SAME_LOWER') };
}

/** The window of a transposed convolution, whose padding is also what leaves a wanted size, if one is said. */
export function spreadWindowOf(
  call: Call,
  shape: Shape,
  kernel: readonly number[],
): Window & { readonly outputPadding: readonly number[] } {
  const steps = stepsOf(call, kernel);
  const outputPadding = call.integers('output_padding') ?? kernel.map(() => 0);
  const mode = autoPadOf(call);
  const same = mode === 'SAME_UPPER' || mode === 'SAME_LOWER';
  const wanted = call.integers('output_shape')?.slice(-kernel.length);
  if (!wanted && !same) return { ...steps, outputPadding, pads: padsOf(call, kernel) };
  const totals = kernel.map((length, axis) => {
    const [size, stride] = [knownSize(shape, axis + 2), at(steps.strides, axis)];
    const span = (size - 1) * stride + at(steps.dilations, axis) * (length - 1) + 1 + at(outputPadding, axis);
    return wanted ? span - at(wanted, axis) : Math.max(0, span - size * stride);
  });
  return { ...steps, outputPadding, pads: halved(totals, mode !== 'SAME_UPPER') };
}

function stepsOf(call: Call, kernel: readonly number[]): Omit<Window, 'pads'> {
  const ones = kernel.map(() => 1);
  return { strides: call.integers('strides') ?? ones, dilations: call.integers('dilations') ?? ones };
}

function autoPadOf(call: Call): string {
  const mode = call.text('auto_pad', 'NOTSET');
  if (['NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER'].includes(mode)) return mode;
  throw shapeError(`auto_pad is "${mode}", which does not exist`);
}

function padsOf(call: Call, kernel: readonly number[]): readonly number[] {
  const none = [...kernel, ...kernel].map(() => 0);
  return autoPadOf(call) === 'VALID' ? none : (call.integers('pads') ?? none);
}

/** Half of every total before, half after; one more before where `isMoreBefore`, or else after. */
function halved(totals: readonly number[], isMoreBefore: boolean): readonly number[] {
  const [less, more] = [totals.map((total) => Math.floor(total / 2)), totals.map((total) => Math.ceil(total / 2))];
  return isMoreBefore ? [...more, ...less] : [...less, ...more];
}
