import { required, type Tensor, type Tensors } from '@sensorium/contracts';
import { itemName } from './names.js';
import { search, type Found, type Place } from './search.js';
import { isThere, vectorsOf } from './vectors.js';

/** A search from one input to another, among the samples that have both. */
export interface Direction extends Found {
  readonly from: string;
  readonly to: string;
  /** The sample of each query, by its number among all that were added. */
  readonly samples: readonly number[];
}

/** Keeps the vectors of all samples, N · dim numbers for each input, and searches among them. */
export function collectVectors(of: readonly string[]) {
  const sides = of.map((name) => ({ name, ...collectSide() }));
  return {
    add(outputs: Tensors): void {
      for (const side of sides) side.add(outputs[side.name], outputs[itemName(side.name)]);
    },

    /** From every input to every other one; those without any sample that has both are left out. */
    directions: (): Direction[] =>
      sides.flatMap((from) =>
        sides.flatMap((to) => {
          const pairs = from === to ? [] : partners(from.places, to.places);
          const samples = pairs.map(({ sample }) => sample);
          return pairs.length > 0 ? [{ from: from.name, to: to.name, samples, ...search(pairs) }] : [];
        }),
      ),
  };
}

/** One input: its place in each sample, undefined where it is missing. */
function collectSide() {
  const places: (Place | undefined)[] = [];
  const firstOf = new Map<bigint, number>();
  /** An item's number is that of the first sample that has it. 0 says that nothing is known of it. */
  const numberOf = (item: bigint, sample: number): number => {
    const first = item === 0n ? sample : (firstOf.get(item) ?? sample);
    firstOf.set(item, first);
    return first;
  };
  return {
    places,
    add(vectors: Tensor | undefined, items: Tensor | undefined): void {
      const { data } = required(items, 'an output of items');
      vectorsOf(vectors).forEach((vector, row) => {
        const item = numberOf(BigInt(required(data[row], 'an item')), places.length);
        places.push(isThere(vector) ? { vector: vector.slice(), item } : undefined);
      });
    },
  };
}

const partners = (from: readonly (Place | undefined)[], to: readonly (Place | undefined)[]) =>
  from.flatMap((query, sample) => {
    const partner = to[sample];
    return query && partner ? [{ sample, query, partner }] : [];
  });
