import { sha256 } from '@sensorium/data';

/** The name under which a checkpoint's free text, as the first of it, says the SHA-256 of what follows. */
export const SEAL = 'sha256';
/** What stands there until it is known. */
export const UNSEALED = '0'.repeat(64);

/** How a safetensors file with that text begins, behind the eight bytes of the header's length. */
const beginning = new TextEncoder().encode(`{"__metadata__":{"${SEAL}":"`);
const start = 8 + beginning.length;
const end = start + UNSEALED.length;

/** Browsers and Node hash less than 2 GiB at once. */
const PIECE = 2 ** 30;

/** Writes the SHA-256 of what follows into the bytes of a safetensors file. */
export async function seal(file: Uint8Array): Promise<void> {
  file.set(new TextEncoder().encode(await hashOf(file)), start);
}

/**
 * Whether the file is as it was sealed. The header's length, which stands before the seal, is not hashed: with another one the
 * tensors do not fill the file.
 */
export async function isSealed(file: Uint8Array): Promise<boolean> {
  if (file.length < end || !beginning.every((byte, index) => file[8 + index] === byte)) return false;
  return new TextDecoder().decode(file.subarray(start, end)) === (await hashOf(file));
}

/** Of the hashes of its pieces. */
async function hashOf(file: Uint8Array): Promise<string> {
  const hashes: string[] = [];
  for (let at = end; at < file.length; at += PIECE) hashes.push(await sha256(file.subarray(at, at + PIECE)));
  return sha256(hashes.join());
}
