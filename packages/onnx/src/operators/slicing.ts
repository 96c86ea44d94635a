import { itemAt } from '../import/at.js';
import type { Shape, SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { knownSize } from '@sensorium/graph';
import { normalizeAxis } from '@sensorium/graph/transform';
import type { Call } from '../import/call.js';
import { build, picked, positions } from '../import/fold-arrays.js';
import { operators, type BatchRule, type Unknown } from './record.js';
import { axisAttributeBatch, firstBatch, rank } from './rules/batches.js';
import { whole } from './rules/folding.js';
import { whereAccepted } from './rules/lowering.js';
import { toInputs } from './rules/rewrites.js';
import { ofRank, allOpen, axisOf, open, shapeOf, shaped } from './rules/shapes.js';

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
    padding[axis] = itemAt(pads, index);
    padding[rank + axis] = itemAt(pads, axes.length + index);
  }
  return g.padAxes(x, padding, { mode, value });
}

/** The middle of every axis that is longer than asked, zeros around those that are shorter; of an odd number one more at the end. */
function centred(call: Call): SymbolicTensor | undefined {
  const [x, target] = [call.x(0), call.numbers(1)];
  const named = call.integers('axes') ?? x.shape.map((_, axis) => axis);
  if (!target) return undefined;
  const padding = Array<number>(2 * x.shape.length).fill(0);
  for (const [index, given] of named.entries()) {
    const axis = normalizeAxis(given, x.shape.length);
    const more = itemAt(target, index) - knownSize(x.shape, axis);
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

/** The axes that a list names are as another input says, the others as they were. */
function croppedShape(call: Call, unknown: Unknown): Shape | undefined {
  const [shape, target] = [shapeOf(call), call.numbers(1)];
  if (!shape) return undefined;
  const axes = call.integers('axes')?.map((axis) => normalizeAxis(axis, shape.length));
  return shape.map((size, axis) => {
    const at = axes ? axes.indexOf(axis) : axis;
    return at < 0 ? size : (target?.[at] ?? unknown(axis));
  });
}

/** Leaves the axis of the samples as it is, or takes all of it. */
const slicingBatch: BatchRule = firstBatch((call, axis) => {
  const [starts, stops] = [call.numbers(1), call.numbers(2)];
  const axes = call.inputs[3] ? call.numbers(3) : starts?.map((_, at) => at);
  const at = axes?.findIndex((one) => normalizeAxis(one, rank(call)) === axis);
  if (!starts || !stops || at === undefined) return undefined;
  if (at < 0) return axis;
  const step = call.inputs[4] ? call.numbers(4)?.[at] : 1;
  const size = call.fileShape(0)[axis];
  const all = typeof size === 'number' && starts[at] === 0 && (stops[at] ?? -Infinity) >= size && step === 1;
  return all ? axis : undefined;
});

const perAxisBatch = (index: number, neutral: number): BatchRule =>
  firstBatch((call, axis) => {
    const values = call.numbers(index);
    const own = values && [values[axis], values[axis + (values.length - rank(call))]];
    return own?.every((value) => value === neutral) ? axis : undefined;
  });

export const slicing = operators({
  CenterCropPad: { lower: centred, infer: shaped(croppedShape), since: { operator: 18 }, alongAnyAxis: true },
  Crop: {},
  DynamicSlice: {},
  Pad: {
    lower: pad,
    infer: open((call, axis) => {
      const pads = call.inputs[3] ? undefined : call.numbers(1);
      return pads?.[axis] === 0 && pads[axis + pads.length / 2] === 0;
    }),
    batch: (call, axis) => (call.inputs[3] ? undefined : perAxisBatch(1, 0)(call, axis)),
    older: [11, toInputs('pads', 'value')],
    alongAnyAxis: true,
    since: { inputs: [3, 18], values: { mode: { wrap: 19 } } },
  },
  Slice: {
    // Ours take at least one element.
    lower: whereAccepted(slice),
    infer: open((call, axis) => {
      const axes = call.inputs[3] ? call.numbers(3) : call.numbers(1)?.map((_, at) => at);
      return axes?.every((one) => (one < 0 ? one + (shapeOf(call)?.length ?? 0) : one) !== axis) ?? false;
    }),
    batch: slicingBatch,
    older: [10, toInputs('starts', 'ends', 'axes')],
    fold(call, x) {
      const [starts, stops] = [call.numbers(1), call.numbers(2)];
      const axes = call.inputs[3] ? call.numbers(3) : starts?.map((_, axis) => axis);
      const steps = call.inputs[4] ? call.numbers(4) : starts?.map(() => 1);
      if (!starts || !stops || !axes || !steps || steps.includes(0)) return undefined;
      const taken = x.shape.map((size) => positions(size, 0, size, 1));
      axes.forEach((given, at) => {
        const axis = normalizeAxis(given, x.shape.length);
        taken[axis] = positions(itemAt(x.shape, axis), itemAt(starts, at), itemAt(stops, at), itemAt(steps, at));
      });
      const shape = taken.map(({ length }) => length);
      return whole(
        build(x.dtype, shape, (index) =>
          picked(
            x,
            index.map((at, axis) => itemAt(itemAt(taken, axis), at)),
          ),
        ),
      );
    },
    passesWeights: 'first',
    namesShapes: true,
  },
  Split: {
    lower: split,
    inferEvery: (call, unknown) => open((_, axis) => axis !== axisOf(call, 0))(call, unknown),
    batch: axisAttributeBatch(0),
    older: [13, toInputs('split')],
    alongAnyAxis: true,
    since: { attributes: { num_outputs: 18 } },
    passesWeights: 'first',
  },
  Tile: {
    lower: tile,
    infer: shaped((call, unknown) => ofRank(call, (rank) => allOpen(rank, unknown))),
    batch: perAxisBatch(1, 1),
    passesWeights: 'first',
  },
});
