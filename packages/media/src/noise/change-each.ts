import type { Samples } from '../samples.js';
import type { Steps } from '../steps.js';

/** Values that are changed in less than a millisecond. */
const PIECE = 2 ** 12;

/** Each value as `change` makes it, rounded where values are whole numbers. */
export function* changeEach<T extends Samples['data']>(
  data: T,
  change: (value: number, at: number) => number,
): Steps<T> {
  const changed = data.slice() as T;
  const round = data instanceof Float32Array ? (value: number): number => value : Math.round;
  for (let start = 0; start < data.length; start += PIECE) {
    const end = Math.min(data.length, start + PIECE);
    for (let at = start; at < end; at++) changed[at] = round(change(data[at] as number, at));
    yield;
  }
  return changed;
}

/** What lies outside of two bounds becomes the nearer one. */
export const clip = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
