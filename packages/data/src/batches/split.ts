import { createRandom, permutation } from '../random/random.js';

/** Row indices, each side ascending. */
export interface Split {
  readonly train: Uint32Array;
  readonly held: Uint32Array;
}

/**
 * Holds out a random `share` (0 ≤ share < 1) of the rows 0 … count-1; the same seed gives the same split.
 *
 * `groups` names the group of every row (null: a group of its own). Rows of one group stay on one side, so that a
 * picture which several questions share does not leak from training into validation; the share is then met as closely
 * as whole groups allow. Where a share above 0 is asked for and there are two groups or more, neither side is empty.
 */
export function splitRows(count: number, share: number, seed: number, groups?: readonly (string | null)[]): Split {
  if (!(share >= 0 && share < 1)) throw new RangeError(`the share to hold out is in [0, 1), not ${share}`);
  if (groups && groups.length !== count) throw new RangeError(`${groups.length} groups were given for ${count} rows`);

  const members = rowsByGroup(count, groups);
  const order = permutation(members.length, createRandom(seed, 'split'));
  const shuffled = Array.from(order, (index) => members[index] as number[]);
  const held = new Set(share > 0 ? chooseGroups(shuffled, share * count) : []);
  return {
    train: ascending(members.filter((rows) => !held.has(rows))),
    held: ascending([...held]),
  };
}

function rowsByGroup(count: number, groups: readonly (string | null)[] = []): number[][] {
  const members: number[][] = [];
  const byName = new Map<string, number[]>();
  for (let row = 0; row < count; row++) {
    const name = groups[row] ?? null;
    const known = name === null ? undefined : byName.get(name);
    if (known) {
      known.push(row);
      continue;
    }
    const rows = [row];
    members.push(rows);
    if (name !== null) byName.set(name, rows);
  }
  return members;
}

/** Takes every group that brings the number of rows nearer to `wanted`, and leaves at least one group. */
function chooseGroups(shuffled: readonly number[][], wanted: number): number[][] {
  const chosen: number[][] = [];
  let missing = wanted;
  for (const rows of shuffled) {
    if (chosen.length === shuffled.length - 1) break;
    if (rows.length >= 2 * missing) continue;
    chosen.push(rows);
    missing -= rows.length;
  }
  if (chosen.length > 0 || shuffled.length < 2) return chosen;
  return [shuffled.reduce((smallest, rows) => (rows.length < smallest.length ? rows : smallest))];
}

const ascending = (groups: readonly number[][]): Uint32Array => Uint32Array.from(groups.flat()).sort();
