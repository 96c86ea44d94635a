import type { Random } from '@sensorium/contracts';
import { joined, partOf, pick, placeIn, type Mutation } from './mutation.js';

/** Sizes and counts at which programs stumble. */
export const extremes = [
  0n,
  1n,
  -1n,
  127n,
  128n,
  255n,
  256n,
  32_767n,
  65_535n,
  65_536n,
  2n ** 20n,
  2n ** 24n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 53n,
  2n ** 63n - 1n,
] as const;

/** Sizes stand at the beginning of most files. */
const HEADER = 256;

const change = (name: string, edit: (bytes: Uint8Array, random: Random) => void): Mutation => ({
  name,
  apply(bytes, { random }) {
    if (bytes.length === 0) return undefined;
    const copy = Uint8Array.from(bytes);
    edit(copy, random);
    return copy;
  },
});

function writeExtreme(bytes: Uint8Array, random: Random): void {
  const value = pick(random, extremes);
  const size = pick(random, [1, 2, 4, 8]);
  const at = random.integer(random.uniform() < 0.5 ? Math.min(HEADER, bytes.length) : bytes.length);
  const isLittle = random.uniform() < 0.5;
  for (let index = 0; index < size && at + index < bytes.length; index++) {
    const shift = BigInt(8 * (isLittle ? index : size - 1 - index));
    bytes[at + index] = Number((BigInt.asUintN(64, value) >> shift) & 255n);
  }
}

/** What can be done to any file. */
export const byteMutations: readonly Mutation[] = [
  change('bits flipped', (bytes, random) => {
    for (let count = 1 + random.integer(8); count > 0; count--) {
      const at = random.integer(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(8));
    }
  }),
  change('a number written over it', writeExtreme),
  change('a part filled', (bytes, random) => void bytes.fill(pick(random, [0, 255, 32]), ...partOf(random, bytes))),
  change('a part of noise', (bytes, random) => {
    const [from, to] = partOf(random, bytes);
    bytes.set(random.bytes(to - from), from);
  }),
  { name: 'cut', apply: (bytes, { random }) => bytes.slice(0, placeIn(random, bytes)) },
  {
    name: 'a part left out',
    apply(bytes, { random }) {
      const [from, to] = partOf(random, bytes);
      return joined(bytes.subarray(0, from), bytes.subarray(to));
    },
  },
  {
    name: 'a part repeated',
    apply(bytes, { random }) {
      const [from, to] = partOf(random, bytes);
      const copies = Array.from({ length: 1 + random.integer(8) }, () => bytes.subarray(from, to));
      return joined(bytes.subarray(0, to), ...copies, bytes.subarray(to));
    },
  },
  {
    name: 'noise put in',
    apply(bytes, { random }) {
      const at = placeIn(random, bytes);
      return joined(bytes.subarray(0, at), random.bytes(1 + random.integer(64)), bytes.subarray(at));
    },
  },
  {
    name: 'the end of another',
    apply(bytes, { random, other }) {
      const second = other();
      return joined(bytes.subarray(0, placeIn(random, bytes)), second.subarray(placeIn(random, second)));
    },
  },
];
