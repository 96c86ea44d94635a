import type { Dimension, SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { normalizeAxis, shapeError } from '@sensorium/graph/transform';
import { constant } from '@sensorium/graph';
import type { Call } from '../call.js';
import type { Lowered, Lowerings } from './lowering.js';

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
  const classes = constant(
    Array.from({ length: depth }, (_, index) => index),
    'int64',
    shape,
  );
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

/** Operators that choose elements by their position, or find positions. */
export const selection: Lowerings = {
  CumSum: cumsum,
  Gather: (call) => g.gather(call.x(0), call.x(1), call.integer('axis', 0)),
  GatherElements: (call) => g.gatherElements(call.x(0), call.x(1), call.integer('axis', 0)),
  GatherND: (call) => (namesAxes(call) ? g.gatherND(call.x(0), call.x(1), call.integer('batch_dims', 0)) : undefined),
  OneHot: oneHot,
  Range: range,
  ScatterElements: (call) =>
    g.scatterElements(call.x(0), call.x(1), call.x(2), call.integer('axis', 0), reductionOf(call)),
  ScatterND: scatterND,
  TopK: topK,
};
