import type { Dimension, Shape, SymbolicTensor } from '@sensorium/contracts';
import * as g from '../../../operators/index.js';
import { defineOperator, single } from '../../../operator.js';
import { sumTo } from '../../../operators/reduction.js';
import { broadcastShapes, divideDimensions, normalizeAxis, shapeError, sizeOf } from '../../../shape.js';
import type { Call } from '../call.js';
import type { Lowerings } from './lowering.js';

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

interface Target {
  readonly [attribute: string]: Shape;
  readonly $shape: Shape;
}

const expandOperator = defineOperator<Target>('Expand', {
  shape: (_, { $shape }) => $shape,
  gradient: ({ inputs: [x], upstream }) => [sumTo(upstream, x.shape), null],
});

/** To a shape that the graph computes when it runs, or that is known with the batch that was given. */
function expand(call: Call, batchAxis: number | undefined): SymbolicTensor | undefined {
  const target = call.content(1)?.data;
  if (!target || target.includes(-1)) return undefined;
  const shape = broadcastShapes(call.fileShape(0), target);
  if (batchAxis === undefined) return single(expandOperator([call.x(0), call.x(1)], { $shape: shape }));
  const x = g.reshape(call.x(0), [...shape.slice(call.x(0).shape.length).map(() => 1), ...call.x(0).shape]);
  return g.expand(x, call.withBatch(shape, batchAxis), x);
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
  return g.concat(
    call.inputs.flatMap((operand) => (operand ? [repeated(call, operand.value, operand.batchAxis, batchAxis)] : [])),
    axis,
  );
}

/** A part without samples, once for each. */
function repeated(
  call: Call,
  x: SymbolicTensor,
  own: number | undefined,
  batchAxis: number | undefined,
): SymbolicTensor {
  const like = call.inputs.find((operand) => operand?.batchAxis !== undefined)?.value;
  if (own !== undefined || batchAxis === undefined || !like) return x;
  return g.expand(x, x.shape.with(batchAxis, like.shape[batchAxis] as Dimension), like);
}

export const arrays: Lowerings = {
  Concat: concat,
  Expand: expand,
  Flatten: flatten,
  Gather: (call) => g.gather(call.x(0), call.x(1), call.integer('axis', 0)),
  Reshape: reshape,
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
