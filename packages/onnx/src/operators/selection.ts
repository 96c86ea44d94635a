import { itemAt } from '../import/at.js';
import { required, type Dimension, type Shape, type SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { constant } from '@sensorium/graph';
import { normalizeAxis, shapeError } from '@sensorium/graph/transform';
import type { Call } from '../import/call.js';
import { build, picked } from '../import/fold-arrays.js';
import { operators, type BatchRule, type Lowered, type OutputRule, type Unknown } from './record.js';
import { alongBatch, axisAttributeBatch, firstBatch, holdsSamples, rank } from './rules/batches.js';
import { rounded, whole } from './rules/folding.js';
import { toInputs } from './rules/rewrites.js';
import { ofRank, axisOf, dtypeOf, sameAsFirst, says, shapeOf, shaped } from './rules/shapes.js';

function reductionOf(call: Call): g.ScatterReduction {
  const reduction = call.text('reduction', 'none');
  const known = (['none', 'add', 'mul', 'max', 'min'] as const).find((one) => one === reduction);
  if (known) return known;
  throw shapeError(`reduction is "${reduction}", which does not exist`);
}

const scatterND = (call: Call): SymbolicTensor | undefined =>
  namesAxes(call) ? g.scatterND(call.x(0), call.x(1), call.x(2), reductionOf(call)) : undefined;

/** Whether it is known how many axes the indices name. */
const namesAxes = (call: Call): boolean => typeof call.x(1).shape.at(-1) === 'number';

function topK(call: Call): Lowered {
  const [x, k, axis] = [call.x(0), call.scalar(1), call.integer('axis', -1)];
  if (!k || typeof x.shape.at(axis) !== 'number') return undefined;
  const { values, indices } = g.topK(x, k, {
    axis,
    largest: call.flag('largest', true),
    sorted: call.flag('sorted', true),
  });
  return [values, indices];
}

function cumsum(call: Call): SymbolicTensor | undefined {
  const axis = call.scalar(1);
  const options = { exclusive: call.flag('exclusive'), reverse: call.flag('reverse') };
  return axis === undefined ? undefined : g.cumsum(call.x(0), axis, options);
}

/** One of two values where the index is that of the class, and the other elsewhere; negative ones count from the end. */
function oneHot(call: Call): SymbolicTensor | undefined {
  const [indices, depth, values] = [call.x(0), call.scalar(1), call.x(2)];
  if (depth === undefined) return undefined;
  const axis = normalizeAxis(call.integer('axis', -1), indices.shape.length + 1);
  const whole = g.cast(indices, 'int64');
  const counted = g.where(g.less(whole, 0), g.add(whole, depth), whole);
  const shape = [depth, ...indices.shape.slice(axis).map(() => 1)];
  const classes = g.reshape(g.range(0, depth), shape);
  const [off, on] = [0, 1].map((at) => g.gather(values, constant(at, 'int64'))) as [SymbolicTensor, SymbolicTensor];
  return g.where(g.equal(g.unsqueeze(counted, axis), classes), on, off);
}

/** Of ends that the graph computes: how many there are may be a size. */
function range(call: Call): SymbolicTensor | undefined {
  const [start, limit, step] = [call.x(0), call.x(1), call.x(2)];
  if ([start, limit, step].some(({ shape }) => shape.length > 0)) return undefined;
  const counts = call.scalar(0) === 0 && call.scalar(2) === 1;
  const size: Dimension | undefined = counts ? call.content(1)?.data[0] : undefined;
  return g.range(start, limit, step, { dimension: size ?? call.unknownSize(0) });
}

/** The first elements of each sequence, as many as its length says, in reverse order, and the others as they are. */
function reverseSequence(call: Call): SymbolicTensor {
  const [x, lengths] = [call.x(0), call.x(1)];
  const [time, batch] = [call.integer('time_axis', 0), call.integer('batch_axis', 1)];
  const along = (values: SymbolicTensor, axis: number): SymbolicTensor =>
    g.reshape(
      values,
      x.shape.map((_, at) => (at === axis ? (values.shape[0] ?? 1) : 1)),
    );
  const positions = along(g.range(0, g.lengthOf(x, time), 1, { dimension: x.shape[time] }), time);
  const counts = along(g.cast(lengths, 'int64'), batch);
  const from = g.where(g.less(positions, counts), g.sub(g.sub(counts, 1), positions), positions);
  return g.gatherElements(x, g.expandLike(from, x), time);
}

function oneHotShape(call: Call, unknown: Unknown): Shape | undefined {
  const shape = shapeOf(call);
  if (!shape) return undefined;
  const axis = call.integer('axis', -1);
  const at = axis < 0 ? axis + shape.length + 1 : axis;
  return shape.toSpliced(at, 0, call.scalar(1) ?? unknown(at));
}

/** Elements, and where they are. */
const topKShape: OutputRule = (call, unknown, index) => {
  const axis = axisOf(call, -1);
  const shape = shapeOf(call)?.map((size, at) => (at === axis ? (call.scalar(1) ?? unknown(at)) : size));
  return { dtype: index === 0 ? dtypeOf(call) : 'int64', shape };
};

/** Different elements, and for them and for all where they are, and how many. */
const uniqueShape: OutputRule = (call, unknown, index) => {
  if (index > 0) return { dtype: 'int64', shape: [unknown(0)] };
  const isFlat = !says(call, 'axis');
  const axis = axisOf(call, 0);
  return { dtype: dtypeOf(call), shape: isFlat ? [unknown(0)] : shapeOf(call)?.with(axis, unknown(axis)) };
};

const gatheringBatch: BatchRule = (call, axis) => {
  const at = normalizeAxis(call.integer('axis', 0), rank(call));
  const indices = call.operand(1);
  if (!holdsSamples(call, 0)) return at + required(indices.batchAxis, 'the axis of the samples');
  if (holdsSamples(call, 1) || at === axis) return undefined;
  return at < axis ? axis - 1 + indices.value.shape.length : axis;
};

/** All inputs hold as many elements of each sample, along one axis, of which no element is named. */
const elementwiseAlongBatch =
  (axesNamed: (call: Call) => readonly number[]): BatchRule =>
  (call, axis) => {
    const fits = call.inputs.every(
      (operand, index) => operand?.batchAxis === axis && call.fileShape(index)[axis] === call.fileShape(0)[axis],
    );
    return fits && !axesNamed(call).includes(axis) ? axis : undefined;
  };

const elementsBatch: BatchRule = elementwiseAlongBatch((call) => [normalizeAxis(call.integer('axis', 0), rank(call))]);

/** Along the axes that both have in common. */
const gatheringNDBatch: BatchRule = elementwiseAlongBatch((call) =>
  Array.from({ length: rank(call) }, (_, at) => at).slice(call.integer('batch_dims', 0)),
);

export const selection = operators({
  Compress: {
    infer: shaped((call, unknown) =>
      says(call, 'axis') ? shapeOf(call)?.with(axisOf(call, 0), unknown(axisOf(call, 0))) : [unknown(0)],
    ),
  },
  CumProd: { infer: sameAsFirst, since: { operator: 26 } },
  CumSum: { lower: cumsum, infer: sameAsFirst, batch: alongBatch((call) => call.numbers(1)) },
  Gather: {
    lower: (call) => g.gather(call.x(0), call.x(1), call.integer('axis', 0)),
    batch: gatheringBatch,
    fold(call, x, [indices]) {
      if (!indices) return undefined;
      const axis = normalizeAxis(call.integer('axis', 0), x.shape.length);
      const rank = indices.shape.length;
      const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
      return whole(
        build(x.dtype, shape, (index) => {
          const which = Number(picked(indices, index.slice(axis, axis + rank)));
          const at = which < 0 ? which + itemAt(x.shape, axis) : which;
          return picked(x, [...index.slice(0, axis), at, ...index.slice(axis + rank)]);
        }),
      );
    },
    weights: [0],
  },
  GatherElements: {
    lower: (call) => g.gatherElements(call.x(0), call.x(1), call.integer('axis', 0)),
    batch: elementsBatch,
  },
  GatherND: {
    lower: (call) => (namesAxes(call) ? g.gatherND(call.x(0), call.x(1), call.integer('batch_dims', 0)) : undefined),
    batch: gatheringNDBatch,
  },
  NonMaxSuppression: { infer: shaped((_, unknown) => [unknown(0), 3], 'int64') },
  NonZero: { infer: shaped((call, unknown) => ofRank(call, (rank) => [rank, unknown(1)]), 'int64') },
  OneHot: {
    lower: oneHot,
    infer: shaped(oneHotShape, 2),
    batch: firstBatch((call, axis) => {
      const added = normalizeAxis(call.integer('axis', -1), rank(call) + 1);
      return added <= axis ? axis + 1 : axis;
    }),
  },
  Range: {
    lower: range,
    infer: shaped((_, unknown) => [unknown(0)]),
    fold(_, { dtype, data: [start] }, [limit, step]) {
      const [from, to, by] = [start, limit?.data[0], step?.data[0]];
      if (typeof from !== 'number' || typeof to !== 'number' || typeof by !== 'number' || by === 0) return undefined;
      const count = Math.max(0, Math.ceil((to - from) / by));
      return whole(build(dtype, [count], (index) => rounded(dtype, from + itemAt(index, 0) * by)));
    },
  },
  ReverseSequence: { lower: reverseSequence, infer: sameAsFirst },
  Scatter: { older: [11, (node) => [{ ...node, opType: 'ScatterElements' }]] },
  ScatterElements: {
    lower: (call) => g.scatterElements(call.x(0), call.x(1), call.x(2), call.integer('axis', 0), reductionOf(call)),
    infer: sameAsFirst,
    batch: elementsBatch,
    since: { values: { reduction: { max: 18, min: 18 } } },
  },
  ScatterND: { lower: scatterND, infer: sameAsFirst, since: { values: { reduction: { max: 18, min: 18 } } } },
  TfIdfVectorizer: {},
  TensorScatter: { infer: sameAsFirst, since: { operator: 24 } },
  TopK: { lower: topK, inferEvery: topKShape, batch: axisAttributeBatch(-1), older: [10, toInputs('k')] },
  Unique: { inferEvery: uniqueShape },
});
