import * as g from '../../../operators/index.js';
import { attributeOf } from '../../read/walk.js';
import type { Call } from '../call.js';
import { forEachSample, type Lowered, type Lowerings } from './lowering.js';

/** Sequences of different lengths, and peepholes. */
const LENGTHS = 4;
const PEEPHOLES = 7;

/** Bias, initial state and direction; undefined for a variant that ours do not have. */
function optionsOf(
  call: Call,
  activations: readonly string[],
  batchAxis: number | undefined,
): g.LstmOptions | undefined {
  const direction = directionOf(call);
  if (!direction || !isPlain(call, activations)) return undefined;
  const stateOf = (index: number): g.LstmOptions['initialHidden'] =>
    call.inputs[index] && forEachSample(call, index, batchAxis === undefined ? undefined : 1);
  return { direction, bias: call.optional(3), initialHidden: stateOf(5), initialCell: stateOf(6) };
}

const directionOf = (call: Call): g.LstmOptions['direction'] =>
  (['forward', 'reverse', 'bidirectional'] as const).find((one) => one === call.text('direction', 'forward'));

/** Whether the node does nothing beyond its definition. */
function isPlain(call: Call, activations: readonly string[]): boolean {
  const isCustom = ['activation_alpha', 'activation_beta', 'clip'].some((name) => attributeOf(call.node, name));
  const isOther = (name: string, index: number): boolean =>
    name.toLowerCase() !== activations[index % activations.length];
  return (
    !isCustom &&
    !call.texts('activations').some(isOther) &&
    !call.flag('input_forget') &&
    !call.flag('layout') &&
    !call.inputs[LENGTHS] &&
    !call.inputs[PEEPHOLES]
  );
}

function lstm(call: Call, batchAxis: number | undefined): Lowered {
  const options = optionsOf(call, ['sigmoid', 'tanh', 'tanh'], batchAxis);
  if (!options) return undefined;
  const { hidden, lastHidden, lastCell } = g.lstm(call.x(0), call.x(1), call.x(2), options);
  return [hidden, lastHidden, lastCell];
}

function gru(call: Call, batchAxis: number | undefined): Lowered {
  const options = optionsOf(call, ['sigmoid', 'tanh'], batchAxis);
  if (!options) return undefined;
  const { hidden, lastHidden } = g.gru(call.x(0), call.x(1), call.x(2), {
    ...options,
    linearBeforeReset: call.flag('linear_before_reset'),
  });
  return [hidden, lastHidden];
}

export const recurrence: Lowerings = { GRU: gru, LSTM: lstm };
