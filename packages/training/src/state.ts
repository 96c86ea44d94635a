import type { Random, SymbolicTensor, Tensor } from '@sensorium/contracts';
import { type Parameter, input } from '@sensorium/graph';
import { AVERAGE, type LeafState } from './step.js';
import type { Trained } from './adapters.js';

/** The name of a tensor of the state: `fusion/weight`, `fusion/weight:first`. */
const stateName = (parameter: string, slot: string | null): string =>
  slot === null ? parameter : `${parameter}:${slot}`;

/** What a program is fed of one of its leaves' tensors, by name, and the leaf's tensor made of it. */
export function fedState({ leaf, slot }: LeafState): { inputs: SymbolicTensor[]; whole: SymbolicTensor } {
  const inputs = leaf.members.map(({ name, shape }) => input(stateName(name, slot), 'float32', shape));
  return { inputs, whole: leaf.join(inputs) };
}

/** The state after a chunk by name. */
export function namedState({ leaf, slot }: LeafState, final: SymbolicTensor): [string, SymbolicTensor][] {
  const parts = leaf.part(final);
  return leaf.members.map(({ name }, index) => [stateName(name, slot), parts[index] as SymbolicTensor]);
}

export type FirstValue = (parameter: Parameter) => Tensor;

/** A parameter's first values: those of `start`, or what its initializer makes of the random stream's seed and its name. */
export const firstValues =
  (start: Readonly<Record<string, Tensor>>) =>
  (random: Random): FirstValue =>
  ({ name, shape, initialize }) =>
    start[name] ?? { dtype: 'float32', shape, data: initialize(shape, random.fork(name)) };

/** Before the first step: first values, zeros in the optimizer's slots, and an average that starts at the first values. */
export function initialState(
  trained: readonly Trained[],
  slots: readonly string[],
  first: FirstValue,
): Record<string, Tensor> {
  const state: Record<string, Tensor> = { step: zeros([]) };
  for (const parameter of trained) {
    const { name, shape } = parameter;
    state[name] = first(parameter);
    for (const slot of slots) {
      state[stateName(name, slot)] = slot === AVERAGE ? first(parameter) : zeros(shape);
    }
  }
  return state;
}

const zeros = (shape: readonly number[]): Tensor => ({
  dtype: 'float32',
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
});
