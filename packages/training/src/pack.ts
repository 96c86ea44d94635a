import type { SymbolicTensor } from '@sensorium/contracts';
import { concat, flatten, reshape, split, input } from '@sensorium/graph';
import type { Group, Trained } from './adapters.js';

/** Elements up to which a tensor is packed with others. */
const SMALL = 2 ** 15;

/**
 * What one update of the optimizer works on: one tensor, or several small ones laid end to end. Each operator of an update
 * takes some microseconds however small its tensors are, and a model has hundreds of biases and norms.
 */
export interface Leaf extends Group {
  readonly decay: boolean;
  readonly members: readonly Trained[];
  /** What the step reads: the only member's symbol, or all elements [n]. */
  readonly symbol: SymbolicTensor;
  /** Several tensors of the members' shapes → one of the leaf's. */
  join(parts: readonly SymbolicTensor[]): SymbolicTensor;
  /** The inverse. */
  part(whole: SymbolicTensor): readonly SymbolicTensor[];
}

/**
 * Puts small tensors that are updated in the same way together. ONNX Runtime computes last what the graph names first: the
 * small ones wait for all of the way back, and a large one's gradient is best computed when the way back passes it, as
 * what it is made of can then be forgotten.
 */
export function pack(trained: readonly Trained[]): Leaf[] {
  const leaves: Leaf[] = [];
  const groups = new Map<string, [Trained, ...Trained[]]>();
  for (const one of trained) {
    if (sizeOf(one) > SMALL) leaves.push(leafOf(one));
    else {
      const key = [one.decay, one.rate, one.weightDecay].join('/');
      const group = groups.get(key);
      if (group) group.push(one);
      else groups.set(key, [one]);
    }
  }
  const small = [...groups.values()].map((members) => (members.length > 1 ? packed(members) : leafOf(members[0])));
  return [...small, ...leaves];
}

const sizeOf = ({ shape }: Trained): number => shape.reduce((a, b) => a * b, 1);

/** A leaf of one tensor. */
export function leafOf(one: Trained): Leaf {
  return {
    decay: one.decay,
    rate: one.rate,
    weightDecay: one.weightDecay,
    members: [one],
    symbol: one.symbol,
    join: ([part]) => part ?? one.symbol,
    part: (whole) => [whole],
  };
}

function packed(members: readonly [Trained, ...Trained[]]): Leaf {
  const sizes = members.map(sizeOf);
  const [{ decay, rate, weightDecay }] = members;
  return {
    decay,
    rate,
    weightDecay,
    members,
    symbol: input('packed', 'float32', [sizes.reduce((a, b) => a + b, 0)]),
    join: (parts) => concat(parts.map((part) => flatten(part, 0))),
    part: (whole) => split(whole, sizes).map((part, index) => reshape(part, members[index]?.shape ?? [])),
  };
}
