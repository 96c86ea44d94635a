import type { SymbolicTensor } from '@sensorium/contracts';
import { elementsOf } from '../cost.js';
import { defineOperator, type GradientContext, type Inferred, type Inputs } from '../operator.js';
import { formatShape, sameShape } from '@sensorium/tensors';
import { at, knownSize, shapeError } from '../shape.js';
import { add } from './arithmetic.js';
import { gruGradient } from './gru-gradient.js';
import { requireIndices } from './indexing.js';
import { lstmGradient } from './lstm-gradient.js';
import { rnnGradient } from './rnn-gradient.js';
import { concat, squeeze, unsqueeze, zerosLike } from './shaping.js';
import { slice } from './slicing.js';
import type { Value } from '../value.js';
import { backwards, momentsWithin, type Recurrence, type RecurrenceGradient } from './through-time.js';

export interface RecurrenceOptions {
  /** 'reverse' reads the sequence from its end; 'bidirectional' both ways, then N = 2, otherwise 1. Default 'forward' */
  direction?: 'forward' | 'reverse' | 'bidirectional';
  /** [N,2·G·H]: G·H of the inputs, then G·H of the recurrence. Default: zeros */
  bias?: SymbolicTensor;
  /** [N,B,H]: the output before the first step. Default: zeros */
  initialHidden?: SymbolicTensor;
  /** int32 [B]: how long the sequence of each sample is; after its end all outputs are 0. Default: T */
  lengths?: SymbolicTensor;
}

export interface LstmOptions extends RecurrenceOptions {
  /** [N,B,H]: the cell before the first step. Default: zeros */
  initialCell?: SymbolicTensor;
  /** [N,3·H]: how much of the cell the gates see: input and forget of the last one, output of the new one. Default: none */
  peepholes?: SymbolicTensor;
}

export interface GruOptions extends RecurrenceOptions {
  /** The reset gate acts after the recurrent product, as in cuDNN and PyTorch, rather than before it. Default false */
  linearBeforeReset?: boolean;
}

export interface RnnOptions extends RecurrenceOptions {
  /** Default 'tanh' */
  activation?: 'tanh' | 'relu';
}

interface RecurrenceAttributes {
  readonly hidden_size: number;
  readonly direction: 'forward' | 'reverse' | 'bidirectional';
  readonly linear_before_reset?: number;
  readonly activations?: readonly string[];
}

function recurrentOperator(type: string, states: number, gradient: (context: Recurrence) => RecurrenceGradient) {
  return defineOperator<RecurrenceAttributes>(type, {
    attributes: { hidden_size: 'int', direction: 'string', linear_before_reset: 'int', activations: 'strings' },
    operations: ({ inputs: [x, weight, recurrence] }) =>
      2 * elementsOf(x.shape.slice(0, 2)) * (elementsOf(weight.shape) + elementsOf(recurrence.shape)),
    infer: ([{ dtype, shape }, weight], { hidden_size }) => {
      const [steps, batch, directions] = [at(shape, 0), at(shape, 1), at(weight.shape, 0)];
      const state: Inferred = { dtype, shape: [directions, batch, hidden_size] };
      return [{ dtype, shape: [steps, directions, batch, hidden_size] }, ...Array<Inferred>(states).fill(state)];
    },
    gradient: (context) => {
      const { inputs, attributes } = context;
      const parts = reversals(attributes).map((isReversed, index) => {
        const part = gradient(oneDirection(context, index, isReversed));
        return isReversed ? { ...part, x: backwards(part.x) } : part;
      });
      const together = (name: Exclude<keyof RecurrenceGradient, 'x'>): SymbolicTensor =>
        concat(
          parts.flatMap((part) => part[name] ?? []).map((one) => unsqueeze(one, 0)),
          0,
        );
      const [, , , bias, , initialHidden, initialCell, peepholes] = inputs as readonly (Inputs[0] | null | undefined)[];
      return [
        parts.map(({ x }) => x).reduce((a, b) => add(a, b)),
        together('weight'),
        together('recurrence'),
        bias ? together('bias') : null,
        null,
        initialHidden ? together('initialHidden') : null,
        initialCell ? together('initialCell') : null,
        peepholes ? together('peepholes') : null,
      ];
    },
  });
}

/** Of every direction: whether it reads the sequence from its end. */
const reversals = ({ direction }: Pick<RecurrenceAttributes, 'direction'>): boolean[] =>
  direction === 'bidirectional' ? [false, true] : [direction === 'reverse'];

/** One direction of a recurrence, in the order in which it went through time. */
function oneDirection(
  { inputs, outputs, upstreams, attributes }: GradientContext<RecurrenceAttributes>,
  index: number,
  isReversed: boolean,
): Recurrence {
  const pick = (x: SymbolicTensor, axis = 0): SymbolicTensor => squeeze(slice(x, axis, index, index + 1), axis);
  const given = (x: SymbolicTensor | null | undefined): SymbolicTensor | undefined => (x ? pick(x) : undefined);
  const inTime = (x: SymbolicTensor): SymbolicTensor => (isReversed ? backwards(x) : x);
  const [x, weight, recurrence, bias, lengths, initialHidden, initialCell, peepholes] = inputs as readonly [
    ...[Value, Value, Value],
    ...(Value | null | undefined)[],
  ];
  const [hidden] = outputs as readonly [Value, ...Value[]];
  const [upstream, upstreamHidden, upstreamCell] = upstreams;
  return {
    x: inTime(x),
    weight: pick(weight),
    recurrence: pick(recurrence),
    bias: given(bias),
    initialHidden: given(initialHidden),
    initialCell: given(initialCell),
    peepholes: given(peepholes),
    hidden: inTime(pick(hidden, 1)),
    upstream: inTime(pick(upstream ?? zerosLike(hidden), 1)),
    upstreamHidden: given(upstreamHidden),
    upstreamCell: given(upstreamCell),
    linearBeforeReset: Boolean(attributes.linear_before_reset),
    activation: attributes.activations?.[index],
    mask: lengths ? inTime(momentsWithin(lengths, knownSize(x.shape, 0))) : undefined,
  };
}

const lstmOperator = recurrentOperator('LSTM', 2, lstmGradient);
/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997; with forget gates, Gers et al. 2000) over x [T,B,I], with weight
 * [N,4H,I] and recurrence [N,4H,H], whose gates are in the order input, output, forget, cell:
 *
 *   i, o, f = σ(…), g = tanh(…),   c ← f · c + i · g,   h ← o · tanh(c)
 *
 * → all h [T,N,B,H], the last h and the last c [N,B,H]. Clipping and other activations are not supported. For gradients
 * T must be known. Throws SENSORIUM_SHAPE where shapes do not fit, SENSORIUM_DTYPE where lengths are not int32.
 */
export function lstm(
  x: SymbolicTensor,
  weight: SymbolicTensor,
  recurrence: SymbolicTensor,
  { direction = 'forward', bias, initialHidden, initialCell, lengths, peepholes }: LstmOptions = {},
): { hidden: SymbolicTensor; lastHidden: SymbolicTensor; lastCell: SymbolicTensor } {
  const hidden_size = check(x, weight, recurrence, 4, { direction, bias, initialHidden, lengths });
  const attributes = { hidden_size, direction };
  const optional = [bias, lengths, initialHidden, initialCell, peepholes].map((one) => one ?? null);
  const inputs = [x, weight, recurrence, ...optional];
  const [hidden, lastHidden, lastCell] = lstmOperator(inputs, attributes) as [Value, Value, Value];
  if (initialCell && !sameShape(initialCell.shape, lastCell.shape)) {
    throw misfit('initial cell', initialCell, lastCell.shape);
  }
  const seen = [...weight.shape.slice(0, 1), 3 * hidden_size];
  if (peepholes && !sameShape(peepholes.shape, seen)) throw misfit('list of peepholes', peepholes, seen);
  return { hidden, lastHidden, lastCell };
}

const gruOperator = recurrentOperator('GRU', 1, gruGradient);
/**
 * Gated recurrent unit (Cho et al. 2014) over x [T,B,I], with weight [N,3H,I] and recurrence [N,3H,H], whose gates are in
 * the order update, reset, new:
 *
 *   z, r = σ(…), n = tanh(W x + R (r · h)), or tanh(W x + r · (R h)) where linear before reset,   h ← (1 − z) · n + z · h
 *
 * → all h [T,N,B,H] and the last [N,B,H]. What is not supported, and errors, as in `lstm`.
 */
export function gru(
  x: SymbolicTensor,
  weight: SymbolicTensor,
  recurrence: SymbolicTensor,
  { direction = 'forward', bias, initialHidden, lengths, linearBeforeReset = false }: GruOptions = {},
): { hidden: SymbolicTensor; lastHidden: SymbolicTensor } {
  const hidden_size = check(x, weight, recurrence, 3, { direction, bias, initialHidden, lengths });
  const inputs = [x, weight, recurrence, ...[bias, lengths, initialHidden].map((one) => one ?? null)];
  const attributes = { hidden_size, direction, linear_before_reset: Number(linearBeforeReset) };
  const [hidden, lastHidden] = gruOperator(inputs, attributes) as [Value, Value];
  return { hidden, lastHidden };
}

const rnnOperator = recurrentOperator('RNN', 1, rnnGradient);
/**
 * The simplest recurrent network (Elman 1990) over x [T,B,I], with weight [N,H,I] and recurrence [N,H,H]:
 *
 *   h ← f(W x + R h), with f tanh or relu
 *
 * → all h [T,N,B,H] and the last [N,B,H]. What is not supported, and errors, as in `lstm`.
 */
export function rnn(
  x: SymbolicTensor,
  weight: SymbolicTensor,
  recurrence: SymbolicTensor,
  { direction = 'forward', bias, initialHidden, lengths, activation = 'tanh' }: RnnOptions = {},
): { hidden: SymbolicTensor; lastHidden: SymbolicTensor } {
  const hidden_size = check(x, weight, recurrence, 1, { direction, bias, initialHidden, lengths });
  const inputs = [x, weight, recurrence, ...[bias, lengths, initialHidden].map((one) => one ?? null)];
  const activations = reversals({ direction }).map(() => (activation === 'relu' ? 'Relu' : 'Tanh'));
  const [hidden, lastHidden] = rnnOperator(inputs, { hidden_size, direction, activations }) as [Value, Value];
  return { hidden, lastHidden };
}

/** Throws where tensors do not fit. Returns the hidden size. */
function check(
  x: SymbolicTensor,
  weight: SymbolicTensor,
  recurrence: SymbolicTensor,
  gates: number,
  { direction, bias, initialHidden, lengths }: RecurrenceOptions,
): number {
  if (x.shape.length !== 3) throw shapeError(`a recurrence over ${formatShape(x.shape)}; it takes [T,B,I]`);
  const directions = direction === 'bidirectional' ? 2 : 1;
  const width = knownSize(recurrence.shape, -1);
  const [batch, size] = [at(x.shape, 1), at(x.shape, 2)];
  const expected = [
    ['weight', weight, [directions, gates * width, size]],
    ['recurrence', recurrence, [directions, gates * width, width]],
    ['bias', bias, [directions, 2 * gates * width]],
    ['initial hidden state', initialHidden, [directions, batch, width]],
    ['list of lengths', lengths, [batch]],
  ] as const;
  if (lengths) requireIndices(lengths, ['int32'], 'lengths');
  for (const [name, tensor, shape] of expected) {
    if (tensor && !sameShape(tensor.shape, shape)) throw misfit(name, tensor, shape);
  }
  return width;
}

const misfit = (name: string, { shape }: SymbolicTensor, expected: SymbolicTensor['shape']): Error =>
  shapeError(`the ${name} of a recurrence is ${formatShape(shape)}, and must be ${formatShape(expected)}`);
