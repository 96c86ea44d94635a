import type { Random } from '@sensorium/contracts';
import { fillWords, fnv1a64, splitMix64 } from './xoshiro.js';

/**
 * A stream of random numbers that is the same on every platform: xoshiro128**, its state filled by SplitMix64 from the
 * seed (a safe integer) and the name. Streams of different names are independent; `fork` does not depend on how much
 * was drawn before. Not for secrets. Throws a RangeError for a seed that is no integer.
 */
export function createRandom(seed: number, name?: string): Random {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`a seed is an integer, not ${seed}`);
  const root = new Xoshiro(BigInt.asUintN(64, BigInt(seed)));
  return name === undefined ? root : root.fork(name);
}

/** The numbers 0 … count-1 in random order (Fisher & Yates), [count]. */
export function permutation(count: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    const kept = order[last] as number;
    order[last] = order[other] as number;
    order[other] = kept;
  }
  return order;
}

class Xoshiro implements Random {
  readonly #key: bigint;
  readonly #state: Int32Array;
  readonly #word = new Uint32Array(1);
  /** Normals come in pairs; the second waits here. */
  #spare: number | undefined;

  constructor(key: bigint) {
    this.#key = key;
    this.#state = new Int32Array(BigUint64Array.of(splitMix64(key, 1n), splitMix64(key, 2n)).buffer);
  }

  /** 53 bits, as many as a double holds. */
  uniform(): number {
    return ((this.#next() >>> 5) * 2 ** 26 + (this.#next() >>> 6)) / 2 ** 53;
  }

  /** Marsaglia's polar method: of the functions that engines may round differently it needs only the logarithm. */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    let x: number;
    let y: number;
    let square: number;
    do {
      x = 2 * this.uniform() - 1;
      y = 2 * this.uniform() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const scale = Math.sqrt((-2 * Math.log(square)) / square);
    this.#spare = y * scale;
    return x * scale;
  }

  integer(limit: number): number {
    if (!Number.isInteger(limit) || limit < 1 || limit > 2 ** 32) {
      throw new RangeError(`the limit of a random integer is 1 … 2^32, not ${limit}`);
    }
    // Words beyond the last whole multiple of `limit` would favour small numbers.
    const end = 2 ** 32 - (2 ** 32 % limit);
    let word: number;
    do word = this.#next();
    while (word >= end);
    return word % limit;
  }

  bytes(count: number): Uint8Array {
    const words = new Uint32Array(Math.ceil(count / 4));
    fillWords(this.#state, words);
    return new Uint8Array(words.buffer, 0, count);
  }

  fork(name: string): Random {
    return new Xoshiro(splitMix64(fnv1a64(name, fnv1a64('') ^ this.#key), 1n));
  }

  #next(): number {
    fillWords(this.#state, this.#word);
    return this.#word[0] as number;
  }
}
