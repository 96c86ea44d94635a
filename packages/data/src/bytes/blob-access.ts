import type { RandomAccess } from './random-access.js';

/** A Blob is never changed: each has a number. */
const numbers = new WeakMap<Blob, number>();
let count = 0;

/** A file that a person chose, or that was made in memory. */
export function blobAccess(blob: Blob, name: string): RandomAccess {
  const number = numbers.get(blob) ?? ++count;
  numbers.set(blob, number);
  return {
    name,
    size: blob.size,
    state: `blob ${number}`,
    async read(start, end, signal) {
      signal?.throwIfAborted();
      return new Uint8Array(await blob.slice(start, end).arrayBuffer());
    },
  };
}
