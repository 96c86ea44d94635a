import { itemAt } from '../import/at.js';
import { required, type Shape, type SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import {
  broadcastShapes,
  divideDimensions,
  expandTo,
  multiplyDimensions,
  normalizeAxis,
  reshapeTo,
  shapeError,
  sizeOf,
} from '@sensorium/graph/transform';
import type { Call } from '../import/call.js';
import { broadcast, build, picked, size } from '../import/fold-arrays.js';
import { LARGEST } from '../import/operand.js';
import { operators, type BatchRule } from './record.js';
import { firstBatch, holdsSamples, namedAxes, rank, withoutAxes } from './rules/batches.js';
import { integersContent, shapeFold, whole } from './rules/folding.js';
import { forEachSample, unary } from './rules/lowering.js';
import { toInputs } from './rules/rewrites.js';
import { ofRank, axisOf, open, shaped, targetShape } from './rules/shapes.js';

/** The shape that the file asks for, with the batch that was given. */
function reshape(call: Call, batchAxis: number | undefined): SymbolicTensor | undefined {
  const target = call.content(1)?.data;
  if (!target) return undefined;
  const from = call.fileShape(0);
  const copied = target.map((size, axis) => (size === 0 && !call.flag('allowzero') ? itemAt(from, axis) : size));
  const shape = call.withBatch(filled(copied, from), batchAxis);
  // Several sizes that are open: the file computes them itself.
  const isComputed = batchAxis === undefined && shape.filter((size) => typeof size === 'string').length > 1;
  return isComputed && !call.flag('allowzero') ? reshapeTo(call.x(0), call.x(1), shape) : g.reshape(call.x(0), shape);
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
    const own = axis < rank - x.shape.length ? 1 : itemAt(x.shape, axis - Math.max(0, rank - x.shape.length));
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
function sizesAsTensor(call: Call): SymbolicTensor {
  const sizes = g.shapeOf(call.x(0));
  const [start, end] = [call.integer('start', 0), call.integer('end', call.x(0).shape.length)];
  return g.slice(sizes, 0, start, end);
}

/** Samples come first, so whatever shape each gets, they stay in order; otherwise all axes up to theirs stay. */
const reshapingBatch: BatchRule = firstBatch((call, axis) => {
  const target = call.numbers(1);
  if (!target?.length) return undefined;
  const [from, to] = [call.fileShape(0).slice(0, axis + 1), target.slice(0, axis + 1)];
  const kept = to.every((size, at) => size === from[at] || (size === 0 && !call.flag('allowzero')));
  return axis === 0 || (kept && to.length === from.length) ? axis : undefined;
});

const expandingBatch: BatchRule = firstBatch((call, axis) => {
  const target = call.numbers(1);
  if (!target) return undefined;
  const end = axis - rank(call);
  const size = target.at(end);
  const fits = size === undefined || size === 1 || size === call.fileShape(0)[axis];
  return fits ? Math.max(target.length, rank(call)) + end : undefined;
});

/** Parts without samples are repeated for each. */
const joiningBatch: BatchRule = (call) => {
  const axes = new Set(call.inputs.flatMap((operand) => operand?.batchAxis ?? []));
  const axis = required([...axes][0], 'the axis of the samples');
  const along = normalizeAxis(call.integer('axis', 0), rank(call));
  const single = call.inputs.every((_, index) => holdsSamples(call, index) || call.fileShape(index)[axis] === 1);
  return axes.size === 1 && along !== axis && single ? axis : undefined;
};

export const shaping = operators({
  Concat: {
    lower: concat,
    infer: open((call, axis) => axis !== axisOf(call, 0)),
    batch: joiningBatch,
    fold(call, first, others) {
      const parts = [first, ...others].filter((part) => part !== undefined);
      const axis = normalizeAxis(call.integer('axis', 0), first.shape.length);
      if (axis !== 0) return undefined;
      if (parts.reduce((total, { data }) => total + data.length, 0) > LARGEST) return undefined;
      const length = parts.reduce((total, { shape: [own = 0] }) => total + own, 0);
      return { ...first, shape: first.shape.with(0, length), data: parts.flatMap(({ data }) => data) };
    },
    passesWeights: 'all',
    alongAnyAxis: true,
    namesShapes: true,
  },
  Expand: {
    lower: expand,
    infer: shaped((call, unknown) => targetShape(call, 1, unknown)),
    batch: expandingBatch,
    fold(_, x, [target]) {
      if (!target?.data.every((entry) => typeof entry === 'number')) return undefined;
      const like = whole(build('int64', target.data, () => 0));
      return like && whole(broadcast(x.dtype, [x, like], ([entry]) => entry));
    },
    passesWeights: 'first',
    namesShapes: true,
  },
  Flatten: {
    lower: flatten,
    batch: firstBatch((call, axis) => {
      const from = call.integer('axis', 1);
      return axis === 0 && (from < 0 ? from + rank(call) : from) > 0 ? 0 : undefined;
    }),
    passesWeights: 'first',
  },
  Reshape: {
    lower: reshape,
    infer: shaped((call, unknown) => targetShape(call, 1, unknown)),
    batch: reshapingBatch,
    fold: shapeFold((call, x, target) => {
      if (!target) return undefined;
      const sizes = target.map((entry, axis) =>
        entry === 0 && !call.flag('allowzero') ? itemAt(x.shape, axis) : entry,
      );
      const rest = size(sizes.filter((entry) => entry !== -1));
      return sizes.map((entry) => (entry === -1 ? x.data.length / rest : entry));
    }),
    passesWeights: 'first',
    namesShapes: true,
  },
  Shape: {
    lower: sizesAsTensor,
    infer: (call) => ({ dtype: 'int64', shape: ofRank(call, (rank) => [rank]) }),
    foldShape(call) {
      if (!call.operand(0).shape) return undefined;
      const shape = call.fileShape(0);
      return integersContent(shape.slice(call.integer('start', 0), call.integer('end', shape.length)));
    },
  },
  Size: {
    lower: unary(g.elementCount),
    infer: shaped(() => [], 'int64'),
    foldShape: (call) =>
      call.operand(0).shape && { ...integersContent([call.fileShape(0).reduce(multiplyDimensions, 1)]), shape: [] },
  },
  Squeeze: {
    lower: squeeze,
    batch: firstBatch((call, axis) => {
      const gone = namedAxes(call)?.map((one) => normalizeAxis(one, rank(call)));
      return !gone || gone.includes(axis) ? undefined : withoutAxes(axis, gone);
    }),
    fold: shapeFold((_, x, axes) => {
      const gone = axes?.map((axis) => normalizeAxis(axis, x.shape.length));
      return x.shape.filter((length, axis) => (gone ? !gone.includes(axis) : length !== 1));
    }),
    older: [13, toInputs('axes')],
    passesWeights: 'first',
  },
  Transpose: {
    lower: (call) =>
      g.transpose(
        call.x(0),
        call.integers('perm') ??
          call
            .x(0)
            .shape.map((_, axis) => axis)
            .reverse(),
      ),
    batch: firstBatch((call, axis) => {
      const perm = call.integers('perm');
      return perm ? perm.indexOf(axis) : rank(call) - 1 - axis;
    }),
    fold(call, x) {
      const perm = call.integers('perm') ?? x.shape.map((_, axis) => axis).reverse();
      const shape = perm.map((axis) => itemAt(x.shape, axis));
      return whole(
        build(x.dtype, shape, (index) =>
          picked(
            x,
            perm.map((_, axis) => itemAt(index, perm.indexOf(axis))),
          ),
        ),
      );
    },
    passesWeights: 'first',
  },
  Unsqueeze: {
    lower: unsqueeze,
    batch: firstBatch((call, axis) => {
      const added = call.numbers(1);
      if (!added) return undefined;
      const total = rank(call) + added.length;
      const taken = new Set(added.map((one) => normalizeAxis(one, total)));
      return Array.from({ length: total }, (_, at) => at).filter((at) => !taken.has(at))[axis];
    }),
    fold: shapeFold((_, x, axes) => {
      if (!axes) return undefined;
      const rank = x.shape.length + axes.length;
      const added = axes.map((axis) => normalizeAxis(axis, rank));
      const old = [...x.shape];
      return Array.from({ length: rank }, (_, axis) =>
        added.includes(axis) ? 1 : required(old.shift(), 'a size of the shape before'),
      );
    }),
    older: [13, toInputs('axes')],
    passesWeights: 'first',
  },
});
