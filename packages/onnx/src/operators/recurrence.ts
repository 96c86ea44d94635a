import { itemAt } from '../import/at.js';
import type { Dimension, Shape, SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { attributeOf } from '@sensorium/graph/protobuf';
import type { Call } from '../import/call.js';
import { operators, type BatchRule, type Lowered, type OutputRule } from './record.js';
import { forEachSample } from './rules/lowering.js';
import { dtypeOf, shapeOf } from './rules/shapes.js';

const [BIAS, LENGTHS, HIDDEN, CELL, PEEPHOLES] = [3, 4, 5, 6, 7];

/** Inputs of a recurrence; undefined for a variant that ours do not have. */
function optionsOf(
  call: Call,
  activations: readonly string[],
  batchAxis: number | undefined,
): g.LstmOptions | undefined {
  const direction = directionOf(call);
  if (!direction || !isPlainRecurrence(call, activations)) return undefined;
  // Lengths are those of the file's own batch.
  if (batchAxis !== undefined && call.inputs[LENGTHS]) return undefined;
  const stateOf = (index: number): SymbolicTensor | undefined =>
    call.inputs[index] && timeFirst(call, forEachSample(call, index, batchAxis === undefined ? undefined : 1));
  return {
    direction,
    bias: call.optional(BIAS),
    lengths: call.optional(LENGTHS),
    initialHidden: stateOf(HIDDEN),
    initialCell: stateOf(CELL),
    peepholes: call.optional(PEEPHOLES),
  };
}

const directionOf = (call: Call): g.LstmOptions['direction'] =>
  (['forward', 'reverse', 'bidirectional'] as const).find((one) => one === call.text('direction', 'forward'));

/** Whether the node does nothing beyond its definition. */
function isPlainRecurrence(call: Call, activations: readonly string[]): boolean {
  const isCustom = ['activation_alpha', 'activation_beta', 'clip'].some((name) => attributeOf(call.node, name));
  const isOther = (name: string, index: number): boolean =>
    name.toLowerCase() !== activations[index % activations.length];
  return !isCustom && !call.texts('activations').some(isOther) && !call.flag('input_forget');
}

/** [B,T,I] → [T,B,I], and [B,N,H] → [N,B,H], where the file has samples first. */
const timeFirst = (call: Call, x: SymbolicTensor): SymbolicTensor =>
  call.flag('layout') ? g.transpose(x, [1, 0, 2]) : x;

/** The outputs of all moments and those of the last, as the file has them. */
const asInFile = (call: Call, hidden: SymbolicTensor, last: readonly SymbolicTensor[]): readonly SymbolicTensor[] =>
  call.flag('layout')
    ? [g.transpose(hidden, [2, 0, 1, 3]), ...last.map((state) => g.transpose(state, [1, 0, 2]))]
    : [hidden, ...last];

function lstm(call: Call, batchAxis: number | undefined): Lowered {
  const options = optionsOf(call, ['sigmoid', 'tanh', 'tanh'], batchAxis);
  if (!options) return undefined;
  const { hidden, lastHidden, lastCell } = g.lstm(timeFirst(call, call.x(0)), call.x(1), call.x(2), options);
  return asInFile(call, hidden, [lastHidden, lastCell]);
}

function gru(call: Call, batchAxis: number | undefined): Lowered {
  const options = optionsOf(call, ['sigmoid', 'tanh'], batchAxis);
  if (!options) return undefined;
  const { hidden, lastHidden } = g.gru(timeFirst(call, call.x(0)), call.x(1), call.x(2), {
    ...options,
    linearBeforeReset: call.flag('linear_before_reset'),
  });
  return asInFile(call, hidden, [lastHidden]);
}

function rnn(call: Call, batchAxis: number | undefined): Lowered {
  const activation = call.texts('activations')[0]?.toLowerCase() === 'relu' ? 'relu' : 'tanh';
  const options = optionsOf(call, [activation], batchAxis);
  if (!options) return undefined;
  const { hidden, lastHidden } = g.rnn(timeFirst(call, call.x(0)), call.x(1), call.x(2), { ...options, activation });
  return asInFile(call, hidden, [lastHidden]);
}

/** All moments, the last one, and the last cell. */
const recurrenceShape: OutputRule = (call, unknown, index) => {
  const [x, weight] = [shapeOf(call), shapeOf(call, 2)];
  const direction = call.text('direction', 'forward') === 'bidirectional' ? 2 : 1;
  const width: Dimension = call.integer('hidden_size', 0) || (weight?.[2] ?? unknown(index ? 2 : 3));
  if (!x) return { dtype: dtypeOf(call) };
  const [first, second] = [itemAt(x, 0), itemAt(x, 1)];
  const isSampleFirst = call.flag('layout');
  const [steps, batch] = isSampleFirst ? [second, first] : [first, second];
  const state: Shape = isSampleFirst ? [batch, direction, width] : [direction, batch, width];
  const all: Shape = isSampleFirst ? [batch, steps, direction, width] : [steps, direction, batch, width];
  return { dtype: dtypeOf(call), shape: index ? state : all };
};

/** Sequences [T,B,I], with or without initial states [N,B,H]; everything else is the same for all samples. */
const recurrenceBatch: BatchRule = (call, axis) => {
  const states = [5, 6];
  const isState = (index: number): boolean => states.includes(index);
  const fits = call.inputs.every((operand, index) => {
    if (!operand || index === 0) return true;
    return operand.batchAxis === undefined || (isState(index) && operand.batchAxis === 1);
  });
  const single = [0, ...states].every((index) => !call.inputs[index] || call.fileShape(index)[1] === 1);
  return axis === 1 && fits && single && !call.flag('layout') ? [2, 1, 1] : undefined;
};

export const recurrence = operators({
  GRU: { lower: gru, inferEvery: recurrenceShape, batch: recurrenceBatch, weights: [1, 2, 3], namesShapes: true },
  LSTM: { lower: lstm, inferEvery: recurrenceShape, batch: recurrenceBatch, weights: [1, 2, 3, 7], namesShapes: true },
  RNN: { lower: rnn, inferEvery: recurrenceShape, batch: recurrenceBatch, weights: [1, 2, 3], namesShapes: true },
});
