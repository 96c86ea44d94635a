import { required, type SymbolicTensor } from '@sensorium/contracts';
import { concat, flatten, input, reshape, split } from '@sensorium/graph';
import { rewrite, valueOf, type Value } from '@sensorium/graph/transform';
import type { Group, Trained } from './adapters.js';

/** Elements up to which a tensor is packed with others. */
const SMALL = 2 ** 15;

/** A tensor of the state by its name, and what the graph reads of it. */
export interface Member {
  readonly name: string;
  readonly shape: readonly number[];
  readonly symbol: SymbolicTensor;
}

/**
 * What one update works on: one tensor, or several small ones laid end to end. Each operator of an update takes some
 * microseconds however small its tensors are, and a model has hundreds of biases and norms.
 */
export interface Pack {
  readonly members: readonly Member[];
  /** What the step reads: the only member's symbol, or all elements [n]. */
  readonly symbol: SymbolicTensor;
  /** Several tensors of the members' shapes → one of the pack's. */
  join(parts: readonly SymbolicTensor[]): SymbolicTensor;
  /** The inverse. */
  part(whole: SymbolicTensor): readonly SymbolicTensor[];
}

/** A pack that the optimizer updates. */
export interface Leaf extends Pack, Group {
  readonly decay: boolean;
  /** The encoder that all of its members are part of, where gradients of encoders are balanced. */
  readonly encoder?: string;
}

/**
 * Puts small tensors that are updated in the same way together. ONNX Runtime computes last what the graph names first: the
 * small ones wait for all of the way back, and a large one's gradient is best computed when the way back passes it, as
 * what it is made of can then be forgotten.
 *
 * @param encoderOf where gradients of encoders are balanced: the encoder that a tensor is part of
 */
export function pack(trained: readonly Trained[], encoderOf: (name: string) => string | undefined = none): Leaf[] {
  const large = trained.filter((one) => !isSmall(one)).map((one) => [one]);
  const groups = groupBy(trained.filter(isSmall), ({ name, decay, rate, weightDecay }) =>
    [decay, rate, weightDecay, encoderOf(name)].join('/'),
  );
  return [...groups, ...large].map((members) => {
    const { name, decay, rate, weightDecay } = required(members[0], 'the first tensor of a pack');
    return { decay, rate, weightDecay, encoder: encoderOf(name), ...packOf(members) };
  });
}

const none = (): undefined => undefined;

/** Lists of the items with the same key, in the order in which the keys come. */
export function groupBy<T, Key>(items: readonly T[], keyOf: (item: T) => Key): T[][] {
  const groups = new Map<Key, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()];
}

const sizeOf = ({ shape }: Member): number => shape.reduce((a, b) => a * b, 1);
const isSmall = (one: Member): boolean => sizeOf(one) <= SMALL;

export function packOf(members: readonly Member[]): Pack {
  const [only, ...others] = members;
  if (only && others.length === 0) {
    const one = ([part]: readonly SymbolicTensor[]): SymbolicTensor => required(part, only.name);
    return { members, symbol: only.symbol, join: one, part: (whole) => [whole] };
  }
  const sizes = members.map(sizeOf);
  return {
    members,
    symbol: input('packed', 'float32', [sizes.reduce((a, b) => a + b, 0)]),
    join: (parts) => joined(parts.map((part) => flatten(part, 0))),
    part: (whole) => cut(whole, sizes).map((part, index) => reshape(part, required(members[index], 'a part').shape)),
  };
}

/** A shader of WebGPU may be bound to as few as eight tensors, one of which is the whole. */
const MOST_PARTS = 7;

/** Concat of any number of vectors. */
export function joined(parts: readonly SymbolicTensor[]): SymbolicTensor {
  return parts.length <= MOST_PARTS ? concat(parts) : concat(grouped(parts).map(joined));
}

/** Split into any number of parts. */
function cut(whole: SymbolicTensor, sizes: readonly number[]): SymbolicTensor[] {
  if (sizes.length <= MOST_PARTS) return split(whole, sizes);
  const groups = grouped(sizes);
  const outer = split(
    whole,
    groups.map((group) => group.reduce((a, b) => a + b)),
  );
  return groups.flatMap((group, index) => cut(required(outer[index], 'a group'), group));
}

/** At most `MOST_PARTS` groups of neighbours. */
function grouped<T>(items: readonly T[]): T[][] {
  const size = Math.ceil(items.length / MOST_PARTS);
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}

/** A graph that reads its tensors from packs. */
export function readFrom(packs: readonly Pack[], outputs: readonly Value[]): Value[] {
  const several = packs.filter(({ members }) => members.length > 1);
  const pairs = several.flatMap((one) => {
    const parts = one.part(one.symbol).map(valueOf);
    return one.members.map(({ symbol, name }, index) => [valueOf(symbol), required(parts[index], name)] as const);
  });
  return rewrite(outputs, new Map(pairs));
}
