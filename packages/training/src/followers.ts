import { required, type Momentum, type SymbolicTensor } from '@sensorium/contracts';
import type { Follower } from '@sensorium/graph';
import { rewrite, valueOf } from '@sensorium/graph/transform';
import type { Adapted } from './adapters.js';
import { followed } from './following.js';
import { groupBy, packOf, type Pack } from './pack.js';
import type { TensorState } from './step.js';

/** Teachers that follow tensors of one pack with one momentum. */
export interface FollowerPack extends Pack {
  readonly momentum: Momentum;
  /** Names of what they follow, one for each member. */
  readonly of: readonly string[];
}

/** Puts followers together like what they follow in `packs`; what has adapters, and lies in none, is followed alone. */
export function packFollowers(followers: readonly Follower[], packs: readonly Pack[]): FollowerPack[] {
  const home = new Map(packs.flatMap((pack) => pack.members.map(({ name }) => [name, pack] as const)));
  const place = ({ parameter: { name } }: Follower): Pack | string => home.get(name) ?? name;
  return groupBy(followers, place)
    .flatMap((together) => groupBy(together, ({ momentum }) => momentum))
    .map((members) => ({
      ...packOf(members.map(({ name, parameter: { shape }, symbol }) => ({ name, shape, symbol }))),
      momentum: required(members[0], 'the first follower of a pack').momentum,
      of: members.map(({ parameter }) => parameter.name),
    }));
}

/** One step of followers, after that of what they follow. */
export function followerStates(
  packs: readonly FollowerPack[],
  states: readonly TensorState[],
  adapted: readonly Adapted[],
): TensorState[] {
  const own = states.filter(({ slot }) => slot === null);
  const wholes = new Map(own.map(({ pack, next }) => [namesOf(pack.members), next]));
  const next = new Map(
    own.flatMap(({ pack, next }) => {
      const parts = pack.part(next);
      return pack.members.map(({ name }, index) => [name, required(parts[index], name)] as const);
    }),
  );
  for (const one of adapted) next.set(one.parameter.name, mergedAfter(one, next));
  return packs.map((pack) => {
    const { symbol, momentum, of } = pack;
    const value =
      wholes.get(of.join('\n')) ?? pack.join(of.map((name) => required(next.get(name), `the next ${name}`)));
    return { pack, slot: null, current: symbol, next: followed(symbol, momentum, value) };
  });
}

const namesOf = (members: Pack['members']): string => members.map(({ name }) => name).join('\n');

/** What a parameter and its adapter make together after the step. */
function mergedAfter({ merged, halves }: Adapted, next: ReadonlyMap<string, SymbolicTensor>): SymbolicTensor {
  const pairs = halves.map(({ symbol, name }) => [valueOf(symbol), valueOf(required(next.get(name), name))] as const);
  const [value] = rewrite([valueOf(merged)], new Map(pairs));
  return required(value, 'a merged weight');
}
