import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '../operators/index.js';
import { range, size, total, type Read } from './numbers.js';
import { constant } from '../value.js';
import { sigmoid, type OperatorCase } from './operator-case.js';

const [INPUTS, HIDDEN, BATCH] = [2, 3, 2];

interface Trial {
  readonly steps: number;
  readonly direction: 'forward' | 'reverse' | 'bidirectional';
  readonly bias?: boolean;
  readonly initial?: boolean;
  /** Of the sequence of each sample, where they differ. */
  readonly lengths?: readonly number[];
  /** The gates of an LSTM see the cell. */
  readonly peepholes?: boolean;
  /** The last state alone is used. */
  readonly lastOnly?: boolean;
}

const trials: readonly Trial[] = [
  { steps: 3, direction: 'forward' },
  { steps: 1, direction: 'forward', bias: true, initial: true },
  { steps: 4, direction: 'reverse', bias: true, initial: true },
  { steps: 3, direction: 'bidirectional', bias: true, initial: true },
  { steps: 3, direction: 'bidirectional', bias: true, lastOnly: true },
  { steps: 4, direction: 'forward', lengths: [2, 4] },
  { steps: 4, direction: 'reverse', bias: true, initial: true, lengths: [1, 3] },
  { steps: 3, direction: 'bidirectional', initial: true, lengths: [3, 1] },
  { steps: 3, direction: 'bidirectional', bias: true, lengths: [2, 1], lastOnly: true },
];

/** State of one sample in one direction. */
interface State {
  readonly hidden: readonly number[];
  readonly cell: readonly number[];
}

/** What a step reads: W x + b of a gate at a unit, and R h + b of the same for a hidden state. */
interface StepContext {
  readonly state: State;
  readonly fromInput: (gate: number, unit: number) => number;
  readonly fromState: (gate: number, unit: number, hidden: readonly number[]) => number;
  /** How much of the cell a gate sees at a unit. */
  readonly peephole: (gate: number, unit: number) => number;
}

function lstmStep({ state, fromInput, fromState, peephole }: StepContext): State {
  const sum = (k: number, h: number): number => fromInput(k, h) + fromState(k, h, state.hidden);
  const gate = (k: number, h: number, cell: number): number => sigmoid(sum(k, h) + peephole(k, h) * cell);
  const cell = range(HIDDEN).map((h) => {
    const last = state.cell[h]!;
    return gate(2, h, last) * last + gate(0, h, last) * Math.tanh(sum(3, h));
  });
  return { cell, hidden: cell.map((c, h) => gate(1, h, c) * Math.tanh(c)) };
}

const gruStep =
  (linearBeforeReset: boolean) =>
  ({ state, fromInput, fromState }: StepContext): State => {
    const gate = (k: number) => (_: unknown, h: number) => sigmoid(fromInput(k, h) + fromState(k, h, state.hidden));
    const [update, reset] = [range(HIDDEN).map(gate(0)), range(HIDDEN).map(gate(1))];
    const kept = state.hidden.map((value, h) => reset[h]! * value);
    const hidden = range(HIDDEN).map((h) => {
      const recurrent = linearBeforeReset ? reset[h]! * fromState(2, h, state.hidden) : fromState(2, h, kept);
      const fresh = Math.tanh(fromInput(2, h) + recurrent);
      return (1 - update[h]!) * fresh + update[h]! * state.hidden[h]!;
    });
    return { hidden, cell: hidden };
  };

const rnnStep =
  (activation: 'tanh' | 'relu') =>
  ({ state, fromInput, fromState }: StepContext): State => {
    const of = activation === 'relu' ? (x: number) => Math.max(0, x) : Math.tanh;
    const hidden = range(HIDDEN).map((h) => of(fromInput(0, h) + fromState(0, h, state.hidden)));
    return { hidden, cell: hidden };
  };

function shapesOf({ steps, direction, bias, initial, peepholes }: Trial, gates: number, states: number): number[][] {
  const directions = direction === 'bidirectional' ? 2 : 1;
  return [
    [steps, BATCH, INPUTS],
    [directions, gates * HIDDEN, INPUTS],
    [directions, gates * HIDDEN, HIDDEN],
    ...(bias ? [[directions, 2 * gates * HIDDEN]] : []),
    ...(initial ? Array<number[]>(states).fill([directions, BATCH, HIDDEN]) : []),
    ...(peepholes ? [[directions, 3 * HIDDEN]] : []),
  ];
}

/** All outputs [T,N,B,H], the last hidden state [N,B,H], and the last cell. */
function unroll(trial: Trial, gates: number, step: (context: StepContext) => State, tensors: readonly Read[]) {
  const { steps, direction, bias, initial, lengths } = trial;
  const [x, weight, recurrence, ...rest] = tensors as readonly [Read, Read, Read, ...Read[]];
  const biases = bias ? rest.shift()! : () => 0;
  const seen = trial.peepholes ? rest.pop()! : () => 0;
  const [hidden = () => 0, cell = () => 0] = initial ? rest : [];
  const reversed = direction === 'bidirectional' ? [false, true] : [direction === 'reverse'];
  const all = new Map<string, readonly number[]>();
  const last = reversed.flatMap((isReversed, n) =>
    range(BATCH).map((b) => {
      const start: State = {
        hidden: range(HIDDEN).map((h) => hidden([n, b, h])),
        cell: range(HIDDEN).map((h) => cell([n, b, h])),
      };
      const moments = range(lengths?.[b] ?? steps);
      return (isReversed ? moments.reverse() : moments).reduce((state, t) => {
        const next = step({
          state,
          fromInput: (k, h) =>
            total(range(INPUTS).map((i) => weight([n, k * HIDDEN + h, i]) * x([t, b, i]))) +
            biases([n, k * HIDDEN + h]),
          fromState: (k, h, values) =>
            total(range(HIDDEN).map((j) => recurrence([n, k * HIDDEN + h, j]) * values[j]!)) +
            biases([n, (gates + k) * HIDDEN + h]),
          peephole: (k, h) => seen([n, k * HIDDEN + h]),
        });
        all.set(`${t} ${n} ${b}`, next.hidden);
        return next;
      }, start);
    }),
  );
  const outputs = range(steps).flatMap((t) =>
    reversed.flatMap((_, n) => range(BATCH).flatMap((b) => all.get(`${t} ${n} ${b}`) ?? range(HIDDEN).map(() => 0))),
  );
  return { all: outputs, hidden: last.flatMap((state) => state.hidden), cell: last.flatMap((state) => state.cell) };
}

const joined = (parts: readonly SymbolicTensor[]): SymbolicTensor =>
  g.concat(
    parts.map((part) => g.reshape(part, [-1])),
    0,
  );

const lengthsOf = ({ lengths }: Trial): SymbolicTensor | undefined => lengths && constant(lengths, 'int32');

/** Of an LSTM alone. */
const withPeepholes: readonly Trial[] = [
  { steps: 3, direction: 'forward', peepholes: true },
  { steps: 3, direction: 'bidirectional', bias: true, initial: true, peepholes: true },
  { steps: 3, direction: 'reverse', initial: true, lengths: [3, 2], peepholes: true },
];

const lstmCases = [...trials, ...withPeepholes].map((trial): OperatorCase => {
  const inputs = shapesOf(trial, 4, 2);
  const state = [inputs[1]![0]!, BATCH, HIDDEN];
  return {
    build: (x, weight, recurrence, ...rest) => {
      const bias = trial.bias ? rest.shift() : undefined;
      const peepholes = trial.peepholes ? rest.pop() : undefined;
      const [initialHidden, initialCell] = rest;
      const { direction } = trial;
      const options = { direction, bias, initialHidden, initialCell, lengths: lengthsOf(trial), peepholes };
      const { hidden, lastHidden, lastCell } = g.lstm(x, weight, recurrence, options);
      return trial.lastOnly ? lastHidden : joined([hidden, lastHidden, lastCell]);
    },
    inputs,
    shape: trial.lastOnly ? state : [(trial.steps + 2) * size(state)],
    values: (...tensors) => {
      const { all, hidden, cell } = unroll(trial, 4, lstmStep, tensors);
      return trial.lastOnly ? hidden : [...all, ...hidden, ...cell];
    },
    dtype: 'float32',
  };
});

const gruCases = [false, true].flatMap((linearBeforeReset) =>
  trials.map((trial): OperatorCase => {
    const inputs = shapesOf(trial, 3, 1);
    const state = [inputs[1]![0]!, BATCH, HIDDEN];
    return {
      build: (x, weight, recurrence, ...rest) => {
        const bias = trial.bias ? rest.shift() : undefined;
        const options = {
          direction: trial.direction,
          bias,
          initialHidden: rest[0],
          lengths: lengthsOf(trial),
          linearBeforeReset,
        };
        const { hidden, lastHidden } = g.gru(x, weight, recurrence, options);
        return trial.lastOnly ? lastHidden : joined([hidden, lastHidden]);
      },
      inputs,
      shape: trial.lastOnly ? state : [(trial.steps + 1) * size(state)],
      values: (...tensors) => {
        const { all, hidden } = unroll(trial, 3, gruStep(linearBeforeReset), tensors);
        return trial.lastOnly ? hidden : [...all, ...hidden];
      },
      dtype: 'float32',
    };
  }),
);

const rnnCases = (['tanh', 'relu'] as const).flatMap((activation) =>
  trials.map((trial): OperatorCase => {
    const inputs = shapesOf(trial, 1, 1);
    const state = [inputs[1]![0]!, BATCH, HIDDEN];
    return {
      build: (x, weight, recurrence, ...rest) => {
        const bias = trial.bias ? rest.shift() : undefined;
        const { direction } = trial;
        const options = { direction, bias, initialHidden: rest[0], lengths: lengthsOf(trial), activation };
        const { hidden, lastHidden } = g.rnn(x, weight, recurrence, options);
        return trial.lastOnly ? lastHidden : joined([hidden, lastHidden]);
      },
      inputs,
      shape: trial.lastOnly ? state : [(trial.steps + 1) * size(state)],
      values: (...tensors) => {
        const { all, hidden } = unroll(trial, 1, rnnStep(activation), tensors);
        return trial.lastOnly ? hidden : [...all, ...hidden];
      },
      dtype: 'float32',
    };
  }),
);

/** Recurrent networks, compared with loops over time, samples and units. */
export const recurrenceCases: Readonly<Record<string, readonly OperatorCase[]>> = {
  lstm: lstmCases,
  gru: gruCases,
  rnn: rnnCases,
};
