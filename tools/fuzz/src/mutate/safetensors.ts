import { changeJson } from './json.js';
import { joined, pick, type Mutation } from './mutation.js';

/** A header and what follows it; undefined for what has none. */
export function partsOf(bytes: Uint8Array): { header: unknown; body: Uint8Array } | undefined {
  if (bytes.length < 8) return undefined;
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  try {
    return {
      header: JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString()),
      body: bytes.subarray(8 + length),
    };
  } catch {
    return undefined;
  }
}

/** @param length of the header; by default as it is */
export function safeTensorsOf(header: unknown, body: Uint8Array, length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt.asUintN(64, length ?? BigInt(text.length)));
  return joined(size, text, body);
}

/** Changes of the header, with a length that is right or not. */
export const safeTensorsMutation: Mutation = {
  name: 'header changed',
  apply(bytes, { random }) {
    const parts = partsOf(bytes);
    if (!parts) return undefined;
    const length = random.uniform() < 0.9 ? undefined : pick(random, [0n, 1n, 2n ** 40n, 2n ** 63n, -1n]);
    return safeTensorsOf(changeJson(parts.header, random), parts.body, length);
  },
};
