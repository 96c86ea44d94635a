import type { Dimension, Shape } from '@sensorium/contracts';
import { axisOf, dtypeOf, each, open, sameAsFirst, samples, shapeOf, says, type OutputRule } from './rule.js';

/** All moments, the last one, and the last cell. */
const recurrence: OutputRule = (call, unknown, index) => {
  const [x, weight] = [shapeOf(call), shapeOf(call, 2)];
  const direction = call.text('direction', 'forward') === 'bidirectional' ? 2 : 1;
  const width: Dimension = call.integer('hidden_size', 0) || (weight?.[2] ?? unknown(index ? 2 : 3));
  if (!x) return { dtype: dtypeOf(call) };
  const [first = 1, second = 1] = x;
  const isSampleFirst = call.flag('layout');
  const [steps, batch] = isSampleFirst ? [second, first] : [first, second];
  const state: Shape = isSampleFirst ? [batch, direction, width] : [direction, batch, width];
  const all: Shape = isSampleFirst ? [batch, steps, direction, width] : [steps, direction, batch, width];
  return { dtype: dtypeOf(call), shape: index ? state : all };
};

/** The result, and what was kept. */
const dropout: OutputRule = (call, _, index) => ({ dtype: index ? 'bool' : dtypeOf(call), shape: shapeOf(call) });

/** The result, and mean and 1 / deviation over its last axes. */
const layerNormalization: OutputRule = (call, _, index) => {
  if (index === 0) return sameAsFirst(call, _);
  const axis = axisOf(call, -1);
  return { dtype: 'float32', shape: shapeOf(call)?.map((size, at) => (at < axis ? size : 1)) };
};

/** The result, and the statistics of every channel. */
const batchNormalization: OutputRule = (call, unknown, index) =>
  index === 0 ? sameAsFirst(call, unknown) : { dtype: dtypeOf(call, 3), shape: shapeOf(call, 3) };

const maxPool: OutputRule = (call, unknown, index) => {
  const result = samples(() => shapeOf(call)?.[1])(call, unknown);
  return index === 0 ? result : { ...result, dtype: 'int64' };
};

/** Elements, and where they are. */
const topK: OutputRule = (call, unknown, index) => {
  const axis = axisOf(call, -1);
  const shape = shapeOf(call)?.map((size, at) => (at === axis ? (call.scalar(1) ?? unknown(at)) : size));
  return { dtype: index === 0 ? dtypeOf(call) : 'int64', shape };
};

/** Different elements, and for them and for all where they are, and how many. */
const unique: OutputRule = (call, unknown, index) => {
  if (index > 0) return { dtype: 'int64', shape: [unknown(0)] };
  const isFlat = !says(call, 'axis');
  const axis = axisOf(call, 0);
  return { dtype: dtypeOf(call), shape: isFlat ? [unknown(0)] : shapeOf(call)?.with(axis, unknown(axis)) };
};

/** A tensor in whole numbers, with scale and zero. */
const dynamicQuantization: OutputRule = (call, _, index) => ({
  dtype: index === 1 ? 'float32' : 'uint8',
  shape: index === 0 ? shapeOf(call) : [],
});

/** What the inputs tell of every output of operators that may have several. */
export const ofEveryOutput: Readonly<Record<string, OutputRule>> = {
  ...each(recurrence, 'GRU', 'LSTM', 'RNN'),
  BatchNormalization: batchNormalization,
  Dropout: dropout,
  DynamicQuantizeLinear: dynamicQuantization,
  LayerNormalization: layerNormalization,
  MaxPool: maxPool,
  SimplifiedLayerNormalization: layerNormalization,
  Split: (call, unknown) => open((_, axis) => axis !== axisOf(call, 0))(call, unknown),
  TopK: topK,
  Unique: unique,
};
