/**
 * xoshiro128** 1.1 (Blackman & Vigna 2018, https://prng.di.unimi.it/xoshiro128starstar.c): 32 bits a step, period
 * 2^128 - 1. `state` holds four words, not all zero, and is advanced in place.
 */
export function fillWords(state: Int32Array, words: Uint32Array): void {
  let [a, b, c, d] = state as unknown as [number, number, number, number];
  for (let index = 0; index < words.length; index++) {
    const product = Math.imul(b, 5);
    words[index] = Math.imul((product << 7) | (product >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
}

const gamma = 0x9e3779b97f4a7c15n;
const uint64 = (value: bigint): bigint => BigInt.asUintN(64, value);

/** The output number `step` (from 1) of SplitMix64 seeded with `seed` (Steele, Lea & Flood 2014). */
export function splitMix64(seed: bigint, step: bigint): bigint {
  let z = uint64(seed + gamma * step);
  z = uint64((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = uint64((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}

/** FNV-1a, 64 bits, over the UTF-8 bytes of `text`; `basis` chains it to what came before. */
export function fnv1a64(text: string, basis = 0xcbf29ce484222325n): bigint {
  let hash = basis;
  for (const byte of new TextEncoder().encode(text)) hash = uint64((hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}
