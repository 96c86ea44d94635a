import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '../../../operators/index.js';
import { knownSize, normalizeAxis } from '../../../shape.js';
import type { Call } from '../call.js';
import type { Lowerings } from './lowering.js';

function slice(call: Call): SymbolicTensor | undefined {
  const x = call.x(0);
  const [starts, stops] = [call.numbers(1), call.numbers(2)];
  const axes = call.inputs[3] ? call.numbers(3) : starts?.map((_, axis) => axis);
  const steps = call.inputs[4] ? call.numbers(4) : starts?.map(() => 1);
  if (!starts || !stops || !axes || !steps) return undefined;
  let part: SymbolicTensor | undefined = x;
  for (const [index, given] of axes.entries()) {
    const axis = normalizeAxis(given, x.shape.length);
    // The whole of it, in the file's own batch.
    if (axis === call.operand(0).batchAxis) continue;
    part = part && sliceAxis(part, axis, starts[index] ?? 0, stops[index] ?? 0, steps[index] ?? 1);
  }
  return part;
}

/** More than any size: how files say "to the end". */
const END = 2 ** 31 - 1;

function sliceAxis(
  x: SymbolicTensor,
  axis: number,
  start: number,
  stop: number,
  step: number,
): SymbolicTensor | undefined {
  if (start === 0 && stop >= END && step === 1) return x;
  const size = x.shape[axis];
  if (typeof size === 'string' || size === undefined || step < 1) return undefined;
  const clamp = (end: number): number => Math.min(size, Math.max(0, end < 0 ? end + size : end));
  const [from, to] = [clamp(start), clamp(stop)];
  return from < to ? g.slice(x, axis, from, to, step) : undefined;
}

/** In the given sizes; without, in equal ones, of which the last may be smaller. */
function split(call: Call): SymbolicTensor[] | undefined {
  const x = call.x(0);
  const axis = normalizeAxis(call.integer('axis', 0), x.shape.length);
  if (call.inputs[1]) {
    const sizes = call.numbers(1);
    return sizes && g.split(x, sizes, axis);
  }
  const [size, count] = [knownSize(x.shape, axis), call.node.output.length];
  const each = Math.ceil(size / count);
  return g.split(
    x,
    Array.from({ length: count }, (_, index) => Math.min(each, size - index * each)),
    axis,
  );
}

/** Zeros around. */
function pad(call: Call): SymbolicTensor | undefined {
  const x = call.x(0);
  const pads = call.numbers(1);
  const zero = !call.inputs[2] || call.scalar(2) === 0;
  if (call.text('mode', 'constant') !== 'constant' || !zero || !pads || pads.some((size) => size < 0)) return undefined;
  const axes = call.inputs[3] ? call.numbers(3) : x.shape.map((_, axis) => axis);
  return axes?.reduce<SymbolicTensor>(
    (padded, axis, index) => g.pad(padded, axis, pads[index] ?? 0, pads[index + axes.length] ?? 0),
    x,
  );
}

export const slicing: Lowerings = { Pad: pad, Slice: slice, Split: split };
