import type { Random } from '@sensorium/contracts';

/** A small deterministic stream for tests (mulberry32); forks are fixed by seed and name. */
export function testRandom(seed: number): Random {
  let state = seed | 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    integer: (limit) => Math.floor(uniform() * limit),
    bytes: (count) => Uint8Array.from({ length: count }, () => uniform() * 256),
    fork: (name) => testRandom([...name].reduce((hash, c) => (Math.imul(hash, 31) + c.charCodeAt(0)) | 0, seed)),
  };
}
