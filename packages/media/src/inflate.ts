import { concatenate } from './concatenate.js';

/**
 * Unpacks zlib data (RFC 1950) to exactly `length` bytes, in a thread of the platform. Throws an error where there are fewer or
 * more, without unpacking more, and the signal's reason.
 */
export async function inflate(packed: Uint8Array, length: number, signal?: AbortSignal): Promise<Uint8Array> {
  const stream = new Blob([packed as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('deflate'));
  const parts: Uint8Array[] = [];
  let found = 0;
  const reader = stream.getReader();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) break;
      found += value.length;
      if (found > length) throw new Error(`it has more than the ${length} bytes that its header tells of`);
      parts.push(value);
    }
  } finally {
    // What is wrong with the rest is of no interest once there is an error.
    await reader.cancel().catch(() => undefined);
  }
  if (found < length) throw new Error(`it has ${found} of the ${length} bytes that its header tells of`);
  return concatenate(parts);
}
