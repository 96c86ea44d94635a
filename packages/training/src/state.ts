import { required, type Random, type SymbolicTensor, type Tensor } from '@sensorium/contracts';
import { input, type Follower, type Parameter } from '@sensorium/graph';
import { AVERAGE, type TensorState } from './step.js';
import type { Trained } from './adapters.js';
import type { Following } from './tuning.js';

/** The name of a tensor of the state: `fusion/weight`, `fusion/weight:first`. */
const stateName = (parameter: string, slot: string | null): string =>
  slot === null ? parameter : `${parameter}:${slot}`;

/** What a program is fed of a tensor of the state, by name, and the pack's tensor made of it. */
export function fedState({ pack, slot }: TensorState): { inputs: SymbolicTensor[]; whole: SymbolicTensor } {
  const inputs = pack.members.map(({ name, shape }) => input(stateName(name, slot), 'float32', shape));
  return { inputs, whole: pack.join(inputs) };
}

/** The state after a chunk by name. */
export function namedState({ pack, slot }: TensorState, final: SymbolicTensor): [string, SymbolicTensor][] {
  const parts = pack.part(final);
  return pack.members.map(({ name }, index) => [stateName(name, slot), required(parts[index], name)]);
}

export type FirstValue = (parameter: Parameter) => Tensor;

/** A parameter's first values: those of `start`, or what its initializer makes of the random stream's seed and its name. */
export const firstValues =
  (start: Readonly<Record<string, Tensor>>) =>
  (random: Random): FirstValue =>
  ({ name, shape, initialize }) =>
    (Object.hasOwn(start, name) ? start[name] : undefined) ?? {
      dtype: 'float32',
      shape,
      data: initialize(shape, random.fork(name)),
    };

interface First {
  readonly trained: readonly Trained[];
  readonly slots: readonly string[];
  readonly following: readonly Following[];
  readonly followers: readonly Follower[];
  readonly first: FirstValue;
}

/**
 * Before the first step: first values, zeros in the optimizer's slots; averages and followers start at the first values of
 * what they follow.
 */
export function initialState({ trained, slots, following: averaged, followers, first }: First): Record<string, Tensor> {
  const state: Record<string, Tensor> = { step: zeros([]) };
  for (const parameter of trained) {
    const { name, shape } = parameter;
    state[name] = first(parameter);
    for (const slot of slots) {
      state[stateName(name, slot)] = slot === AVERAGE ? first(parameter) : zeros(shape);
    }
  }
  for (const { parameter } of averaged) state[parameter.name] = first(parameter);
  for (const { name, parameter } of followers) state[name] = first(parameter);
  return state;
}

const zeros = (shape: readonly number[]): Tensor => ({
  dtype: 'float32',
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
});
