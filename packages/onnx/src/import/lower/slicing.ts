import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { knownSize } from '@sensorium/graph';
import { normalizeAxis } from '@sensorium/graph/transform';
import type { Call } from '../call.js';
import { whereAccepted, type Lowerings } from './lowering.js';

function slice(call: Call): SymbolicTensor | undefined {
  const { value: x, batchAxis } = call.operand(0);
  const [starts, stops] = [call.numbers(1), call.numbers(2)];
  const axes = call.inputs[3] ? call.numbers(3) : starts?.map((_, axis) => axis);
  const steps = call.inputs[4] ? call.numbers(4) : starts?.map(() => 1);
  if (!starts || !stops || !axes || !steps) return undefined;
  const slices = axes
    .map((axis, index) => ({
      axis: normalizeAxis(axis, x.shape.length),
      start: starts[index],
      stop: stops[index],
      step: steps[index],
    }))
    // The whole of it, in the file's own batch.
    .filter(({ axis }) => axis !== batchAxis);
  const part = g.sliceAxes(x, slices);
  // An axis of unknown size may have fewer elements than are asked for.
  const isOpen = x.shape.some((size, axis) => typeof size === 'string' && part.shape[axis] !== size);
  return isOpen ? undefined : part;
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

function pad(call: Call): SymbolicTensor | undefined {
  const x = call.x(0);
  const [rank, pads] = [x.shape.length, call.numbers(1)];
  const axes = call.inputs[3] ? call.numbers(3) : x.shape.map((_, axis) => axis);
  const value = call.inputs[2] ? call.scalar(2) : 0;
  const mode = (['constant', 'reflect', 'edge'] as const).find((one) => one === call.text('mode', 'constant'));
  if (!pads || !axes || value === undefined || !mode) return undefined;
  // What is seen in a mirror of which a part is cut off is not agreed on.
  if (mode !== 'constant' && pads.some((size) => size < 0)) return undefined;
  const padding = Array<number>(2 * rank).fill(0);
  for (const [index, given] of axes.entries()) {
    const axis = normalizeAxis(given, rank);
    padding[axis] = pads[index] ?? 0;
    padding[rank + axis] = pads[axes.length + index] ?? 0;
  }
  return g.padAxes(x, padding, { mode, value });
}

/** The middle of every axis that is longer than asked, zeros around those that are shorter; one more behind. */
function centred(call: Call): SymbolicTensor | undefined {
  const [x, target] = [call.x(0), call.numbers(1)];
  const named = call.integers('axes') ?? x.shape.map((_, axis) => axis);
  if (!target) return undefined;
  const padding = Array<number>(2 * x.shape.length).fill(0);
  for (const [index, given] of named.entries()) {
    const axis = normalizeAxis(given, x.shape.length);
    const more = (target[index] ?? 0) - knownSize(x.shape, axis);
    const before = Math.trunc(more / 2);
    padding[axis] = before;
    padding[x.shape.length + axis] = more - before;
  }
  return g.padAxes(x, padding);
}

function tile(call: Call): SymbolicTensor | undefined {
  const repeats = call.numbers(1);
  return repeats?.every((count) => count >= 1) ? g.tile(call.x(0), repeats) : undefined;
}

export const slicing: Lowerings = {
  CenterCropPad: centred,
  Pad: pad,
  // Ours take at least one element.
  Slice: whereAccepted(slice),
  Split: split,
  Tile: tile,
};
