import { required, type SymbolicTensor } from '@sensorium/contracts';
import { add, div, maximum, minimum, mul, sqrt, sub, sum, sumSquare, reshape, input } from '@sensorium/graph';
import type { Optimizer } from './optimizers.js';
import { joined, type Leaf, type Pack } from './pack.js';
import type { Schedule } from './schedule.js';
import type { StepScalars } from './step-scalars.js';

export interface StepOptions {
  readonly optimizer: Optimizer;
  /** At the peak. */
  readonly learningRate: number;
  readonly schedule: Schedule;
  readonly clip: number | null;
  /** Decay of the moving average; null for none. */
  readonly average: number | null;
  readonly scalars: StepScalars;
}

/** A tensor of the state: a pack itself (slot null), one of the optimizer's slots for it, or its average. */
export interface TensorState {
  readonly pack: Pack;
  readonly slot: string | null;
  readonly current: SymbolicTensor;
  readonly next: SymbolicTensor;
}

export interface Step {
  readonly state: readonly TensorState[];
  /** float32 scalar: before clipping */
  readonly norm: SymbolicTensor;
  /** [trained]: of each gradient, in the order of the leaves' members */
  readonly norms: SymbolicTensor;
  /** float32 scalar: of parts that learn once as fast */
  readonly learningRate: SymbolicTensor;
}

/** The slot of the moving average. */
export const AVERAGE = 'average';

/** One training step: clips the gradients of all leaves together, and updates each leaf. */
export function step(leaves: readonly Leaf[], gradients: readonly SymbolicTensor[], options: StepOptions): Step {
  const pairs = leaves.map((leaf, index) => ({ leaf, gradient: required(gradients[index], 'the gradient of a leaf') }));
  const parts = pairs.flatMap(({ leaf, gradient }) => leaf.part(gradient));
  const squares = joined(parts.map((part) => reshape(sumSquare(part), [1])));
  const norm = sqrt(sum(squares));
  const clipped = clipBy(norm, options.clip);
  const update = updater(options);
  const { scalars, schedule, learningRate } = options;
  return {
    state: pairs.flatMap(({ leaf, gradient }) => update(leaf, clipped(gradient))),
    norm,
    norms: sqrt(squares),
    ...scalars(({ clock }) => ({ learningRate: mul(schedule(clock), learningRate) })),
  };
}

function clipBy(norm: SymbolicTensor, clip: number | null): (gradient: SymbolicTensor) => SymbolicTensor {
  if (clip === null) return (gradient) => gradient;
  const scale = minimum(div(clip, add(norm, 1e-6)), 1);
  return (gradient) => mul(gradient, scale);
}

function updater({ optimizer, learningRate, schedule, average, scalars }: StepOptions) {
  const learningRateOf = remember((rate: number) =>
    remember((clock: SymbolicTensor) => mul(schedule(clock), learningRate * rate)),
  );
  const coefficientsOf = remember((rate: number) =>
    scalars(({ step: number, clock }) =>
      optimizer.coefficients({ step: number, learningRate: learningRateOf(rate)(clock) }),
    ),
  );
  const keepOf = remember((rate: number) =>
    remember(
      (decay: number) => scalars(({ clock }) => ({ keep: sub(1, mul(learningRateOf(rate)(clock), decay)) })).keep,
    ),
  );
  const keepAverage = average === null ? () => [] : averager(average, scalars);
  return (leaf: Leaf, gradient: SymbolicTensor): TensorState[] => {
    const { symbol, rate } = leaf;
    const decay = leaf.weightDecay ?? (leaf.decay ? optimizer.weightDecay : 0);
    const parameter = decay > 0 ? mul(symbol, keepOf(rate)(decay)) : symbol;
    const slots = optimizer.slots.map((name) => input(name, 'float32', symbol.shape));
    const next = optimizer.update({ parameter, gradient, slots, coefficients: coefficientsOf(rate) });
    const moments = optimizer.slots.map((slot, index): TensorState => {
      return { pack: leaf, slot, current: required(slots[index], slot), next: required(next.slots[index], slot) };
    });
    const own: TensorState = { pack: leaf, slot: null, current: symbol, next: next.parameter };
    return [own, ...moments, ...keepAverage(leaf, next.parameter)];
  };
}

/** a ← a + share · (p − a). The share starts larger, so that the average soon forgets the first values: 9 / (10 + t). */
function averager(decay: number, scalars: StepScalars) {
  const { share } = scalars(({ step: number }) => ({ share: maximum(div(9, add(number, 10)), 1 - decay) }));
  return (leaf: Leaf, parameter: SymbolicTensor): TensorState[] => {
    const current = input(AVERAGE, 'float32', parameter.shape);
    return [{ pack: leaf, slot: AVERAGE, current, next: add(current, mul(sub(parameter, current), share)) }];
  };
}

function remember<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}
