import type { Shape, SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import {
  expandTo,
  broadcastShapes,
  divideDimensions,
  normalizeAxis,
  shapeError,
  sizeOf,
} from '@sensorium/graph/transform';
import type { Call } from '../call.js';
import { forEachSample, unary, type Lowerings } from './lowering.js';

/** The shape that the file asks for, with the batch that was given. */
function reshape(call: Call, batchAxis: number | undefined): SymbolicTensor | undefined {
  const target = call.content(1)?.data;
  if (!target) return undefined;
  const from = call.fileShape(0);
  const copied = target.map((size, axis) => (size === 0 && !call.flag('allowzero') ? (from[axis] ?? 0) : size));
  const shape = call.withBatch(filled(copied, from), batchAxis);
  return g.reshape(call.x(0), shape);
}

/** The shape with what is left in the place of −1. */
function filled(shape: Shape, from: Shape): Shape {
  if (!shape.includes(-1)) return shape;
  const rest = divideDimensions(sizeOf(from), sizeOf(shape.filter((size) => size !== -1)));
  if (rest === undefined) throw shapeError(`[${from.join()}] cannot be reshaped to [${shape.join()}]`);
  return shape.map((size) => (size === -1 ? rest : size));
}

/** To a shape that the graph computes when it runs, or that is known with the batch that was given. */
function expand(call: Call, batchAxis: number | undefined): SymbolicTensor | undefined {
  const [x, target] = [call.x(0), call.content(1)?.data];
  if (target?.includes(-1)) return undefined;
  if (!target) return expandOpenly(call);
  const shape = broadcastShapes(call.fileShape(0), target);
  if (batchAxis === undefined) return expandTo(x, call.x(1), shape);
  const wide = g.reshape(x, [...shape.slice(x.shape.length).map(() => 1), ...x.shape]);
  return g.expand(wide, call.withBatch(shape, batchAxis), wide);
}

/** To a shape of which no more is known than its length. */
function expandOpenly(call: Call): SymbolicTensor | undefined {
  const [x, target] = [call.x(0), call.x(1)];
  const rank = target.shape[0];
  // An open size may turn out to be 1 and grow, or stay: gradients would differ.
  if (typeof rank !== 'number' || x.shape.some((size) => typeof size === 'string')) return undefined;
  const shape = Array.from({ length: Math.max(rank, x.shape.length) }, (_, axis) => {
    const own = x.shape[axis - Math.max(0, rank - x.shape.length)] ?? 1;
    return own === 1 ? call.unknownSize(axis) : own;
  });
  return expandTo(x, target, shape);
}

/** [a,b,c,d] from axis 2 on → [a·b,c·d] */
function flatten(call: Call): SymbolicTensor {
  const x = call.x(0);
  const axis = call.integer('axis', 1);
  const at = axis < 0 ? axis + x.shape.length : axis;
  const [rows, columns] = [sizeOf(x.shape.slice(0, at)), sizeOf(x.shape.slice(at))];
  return g.reshape(x, [rows, columns]);
}

function squeeze(call: Call): SymbolicTensor | undefined {
  const x = call.x(0);
  // An open size may turn out to be 1.
  if (!call.inputs[1] && x.shape.some((size) => typeof size === 'string')) return undefined;
  const axes = call.inputs[1] ? call.numbers(1) : x.shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
  const gone = axes?.map((axis) => normalizeAxis(axis, x.shape.length)).sort((a, b) => b - a);
  return gone?.reduce<SymbolicTensor>((rest, axis) => g.squeeze(rest, axis), x);
}

function unsqueeze(call: Call): SymbolicTensor | undefined {
  const x = call.x(0);
  const axes = call.numbers(1);
  const added = axes?.map((axis) => normalizeAxis(axis, x.shape.length + axes.length)).sort((a, b) => a - b);
  return added?.reduce<SymbolicTensor>((rest, axis) => g.unsqueeze(rest, axis), x);
}

function concat(call: Call, batchAxis: number | undefined): SymbolicTensor | undefined {
  const axis = normalizeAxis(call.integer('axis', 0), call.x(0).shape.length);
  const sizes = call.given.map(({ shape }) => shape[axis]);
  const open = sizes.filter((size) => typeof size === 'string');
  // Sums of sizes that count different things are none of our dimensions.
  if (open.length && open.length < sizes.length) return undefined;
  const parts = call.inputs.flatMap((operand, index) => (operand ? [forEachSample(call, index, batchAxis)] : []));
  return g.concat(parts, axis);
}

/** The sizes of all axes, or of some. */
function shapeOf(call: Call): SymbolicTensor {
  const sizes = g.shapeOf(call.x(0));
  const [start, end] = [call.integer('start', 0), call.integer('end', call.x(0).shape.length)];
  return g.slice(sizes, 0, start, end);
}

export const arrays: Lowerings = {
  Concat: concat,
  Expand: expand,
  Flatten: flatten,
  Reshape: reshape,
  Shape: shapeOf,
  Size: unary(g.elementCount),
  Squeeze: squeeze,
  Transpose: (call) =>
    g.transpose(
      call.x(0),
      call.integers('perm') ??
        call
          .x(0)
          .shape.map((_, axis) => axis)
          .reverse(),
    ),
  Unsqueeze: unsqueeze,
};
