import { required } from '@sensorium/contracts';
import { dot } from './vectors.js';

/** One input of one sample: a unit vector, and which item it is. The same item may stand in several samples. */
export interface Place {
  readonly vector: Float32Array;
  readonly item: number;
}

/** A query, and what it should find. */
export interface Sought {
  readonly query: Place;
  readonly partner: Place;
}

/** What searching finds. */
export interface Found {
  /** For each query, the place of its partner among the candidates, from 1. */
  readonly ranks: readonly number[];
  /** So many different items are searched. */
  readonly candidates: number;
}

/**
 * For every pair, how many items of the other side are as near to the query as its partner. As near counts as nearer, so
 * that a space which is one point finds nothing. Further partners of the same item (five texts of one picture) are right,
 * too, and stand in nobody's way. Takes a product of dim numbers for each pair and candidate.
 */
export function search(pairs: readonly Sought[]): Found {
  const candidates = new Map(pairs.map(({ partner }) => [partner.item, partner.vector]));
  const partners = new Map<number, Set<number>>();
  for (const { query, partner } of pairs) {
    const known = partners.get(query.item);
    if (known) known.add(partner.item);
    else partners.set(query.item, new Set([partner.item]));
  }

  const rankOf = ({ query, partner }: Sought): number => {
    const right = required(partners.get(query.item), 'the partners of an item');
    const likeness = dot(query.vector, partner.vector);
    let rank = 1;
    for (const [item, vector] of candidates) {
      // NaN, of a training that came apart, is not nearer, but must not be a success.
      if (!(dot(query.vector, vector) < likeness) && !right.has(item)) rank++;
    }
    return rank;
  };
  return { ranks: pairs.map(rankOf), candidates: candidates.size };
}
