import { required, type SymbolicTensor } from '@sensorium/contracts';
import { knownSize } from '../shape.js';
import { constant, input } from '../value.js';
import { add, mul, sub } from './arithmetic.js';
import { less, where } from './comparison.js';
import { loop, loopIndex } from './control.js';
import { gather } from './indexing.js';
import { gemm, matmul } from './linear-algebra.js';
import { concat, flatten, transpose, unsqueeze, zerosLike } from './shaping.js';
import { slice } from './slicing.js';
import { sum } from './reduction.js';
import { range } from './sequence.js';

/** What the gradient of a recurrence in one direction reads. G is the number of gates. */
export interface Recurrence {
  /** [T,B,I] */
  readonly x: SymbolicTensor;
  /** [G·H,I] */
  readonly weight: SymbolicTensor;
  /** [G·H,H] */
  readonly recurrence: SymbolicTensor;
  /** [2·G·H] */
  readonly bias?: SymbolicTensor;
  /** [B,H] */
  readonly initialHidden?: SymbolicTensor;
  readonly initialCell?: SymbolicTensor;
  /** [3·H], of an LSTM. */
  readonly peepholes?: SymbolicTensor;
  /** The outputs of all steps [T,B,H]. */
  readonly hidden: SymbolicTensor;
  /** Their gradients [T,B,H]. */
  readonly upstream: SymbolicTensor;
  /** The gradients of the last output and the last cell, as outputs of their own [B,H]. */
  readonly upstreamHidden?: SymbolicTensor;
  readonly upstreamCell?: SymbolicTensor;
  readonly linearBeforeReset: boolean;
  /** Of an RNN. */
  readonly activation?: string;
  /** Which moments are part of the sequence of each sample: bool [T,B,1]. Default: all */
  readonly mask?: SymbolicTensor;
}

/** Gradients of the tensors of the same names. */
export interface RecurrenceGradient {
  readonly x: SymbolicTensor;
  readonly weight: SymbolicTensor;
  readonly recurrence: SymbolicTensor;
  readonly bias: SymbolicTensor;
  readonly initialHidden: SymbolicTensor;
  readonly initialCell?: SymbolicTensor;
  readonly peepholes?: SymbolicTensor;
}

/** As many symbols as another list has entries. */
type Alike<List extends readonly unknown[]> = { readonly [Index in keyof List]: SymbolicTensor };
type Several = readonly SymbolicTensor[];

interface Walk<States extends Several, Collected extends Several> {
  /** States before the first step. */
  readonly initial: States;
  /** From the last moment to the first. */
  readonly reverse?: boolean;
  /** bool [T,..]: elsewhere states stay, and zeros are collected. */
  readonly mask?: SymbolicTensor;
  /** `at` gives the moment [..] of a sequence [T,..]. */
  readonly step: (
    states: Alike<States>,
    at: (sequence: SymbolicTensor) => SymbolicTensor,
  ) => { readonly next: Alike<States>; readonly collect: Collected };
}

/** Walks through `steps` moments, in one Loop. What is collected [T,..] is in the order of time, whichever way the walk goes. */
export function throughTime<const States extends Several, const Collected extends Several>(
  steps: number,
  { initial, reverse = false, mask, step }: Walk<States, Collected>,
): { final: Alike<States>; collected: Alike<Collected> } {
  const index = loopIndex();
  const time = reverse ? sub(steps - 1, index) : index;
  const states = initial.map(({ dtype, shape }) => input('state', dtype, shape));
  const { next, collect } = step(states as unknown as Alike<States>, (sequence) => gather(sequence, time));
  const inside = mask && gather(mask, time);
  const unless = (value: SymbolicTensor, otherwise: SymbolicTensor | number): SymbolicTensor =>
    inside ? where(inside, value, otherwise) : value;
  const { final, collected } = loop({
    count: constant(steps, 'int64'),
    steps,
    index,
    carried: states.map((current, at) => ({
      current,
      initial: required(initial[at], 'a first state'),
      next: unless(required(next[at], 'a next state'), current),
    })),
    collected: collect.map((value) => unless(value, 0)),
  });
  const inTime = reverse ? collected.map(backwards) : collected;
  return { final: final as unknown as Alike<States>, collected: inTime as unknown as Alike<Collected> };
}

/** [T,..] from the last moment to the first. */
export const backwards = (x: SymbolicTensor): SymbolicTensor => slice(x, 0, undefined, undefined, -1);

/** The state before each moment, from the states after each moment; before the first of a sequence it is the initial one. */
export function shifted(after: SymbolicTensor, initial: SymbolicTensor, mask?: SymbolicTensor): SymbolicTensor {
  const steps = knownSize(after.shape, 0);
  const first = unsqueeze(initial, 0);
  if (steps === 1) return first;
  const earlier = (sequence: SymbolicTensor): SymbolicTensor => slice(sequence, 0, 0, steps - 1);
  return concat([first, mask ? where(earlier(mask), earlier(after), first) : earlier(after)], 0);
}

/** Which moments are part of sequences of the given lengths [B]: bool [T,B,1]. */
export const momentsWithin = (lengths: SymbolicTensor, steps: number): SymbolicTensor =>
  unsqueeze(less(unsqueeze(range(0, steps, 1, { dtype: 'int32' }), 1), lengths), 2);

/** Zeros [B,H] for sequences [T,B,H]. */
export const zerosPerSample = (sequence: SymbolicTensor): SymbolicTensor =>
  zerosLike(gather(sequence, constant(0, 'int64')));

/** x [T,B,I] · weightᵀ, with weight [O,I], plus the bias [O] if there is one. */
export function project(x: SymbolicTensor, weight: SymbolicTensor, bias?: SymbolicTensor): SymbolicTensor {
  const product = matmul(x, transpose(weight));
  return bias ? add(product, bias) : product;
}

/** The gradient of the weight of `project`. */
export const weightGradient = (upstream: SymbolicTensor, x: SymbolicTensor): SymbolicTensor =>
  gemm(flatten(upstream, 0, 2), flatten(x, 0, 2), true);

/** The gradient of the bias of `project`. */
export const biasGradient = (upstream: SymbolicTensor): SymbolicTensor => sum(upstream, [0, 1]);

/** y · (1 − y): the slope of the sigmoid where its value is y. */
export const sigmoidSlope = (y: SymbolicTensor): SymbolicTensor => mul(y, sub(1, y));

/** 1 − y²: the slope of tanh where its value is y. */
export const tanhSlope = (y: SymbolicTensor): SymbolicTensor => sub(1, mul(y, y));
