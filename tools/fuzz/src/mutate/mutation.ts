import type { Random } from '@sensorium/contracts';

export interface Tools {
  readonly random: Random;
  /** Another file of the same format. */
  readonly other: () => Uint8Array;
}

/** A change of a file. */
export interface Mutation {
  /** In a word or two: `bits flipped`. */
  readonly name: string;
  /** Undefined where it does not fit this file. Does not change its argument. */
  readonly apply: (bytes: Uint8Array, tools: Tools) => Uint8Array | undefined;
}

/** One of them, which may be null. Throws a RangeError where there is none. */
export const pick = <T>(random: Random, from: readonly T[]): T => from[random.integer(from.length)] as T;

/** A place in a file, or its end. */
export const placeIn = (random: Random, { length }: { readonly length: number }): number => random.integer(length + 1);

/** A part of a file that is mostly short: from where and to where. */
export function partOf(random: Random, bytes: { readonly length: number }): [from: number, to: number] {
  const from = placeIn(random, bytes);
  const longest = random.uniform() < 0.8 ? 64 : bytes.length;
  return [from, Math.min(bytes.length, from + 1 + random.integer(longest + 1))];
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
