import type { IO, Source } from '@sensorium/contracts';
import { looksLike } from './looks-like.js';
import { badMedia } from './media-error.js';
import { nameOf, readBytes } from './read-source.js';

/**
 * What `readBytes` gives, as text in UTF-8; a byte order mark is dropped. Throws what that throws, and SENSORIUM_BAD_MEDIA
 * for bytes that are not UTF-8, with the offset of the first.
 */
export async function readUtf8(source: Source, io: IO, maxBytes: number): Promise<string> {
  const bytes = await readBytes(source, io, maxBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw badMedia(
      nameOf(source, io),
      `is not UTF-8 text: byte ${firstBadByte(bytes)} cannot be decoded; it looks like ${looksLike(bytes)}`,
      { hint: 'Give text in the encoding UTF-8.', cause },
    );
  }
}

/** The offset, from 0, of the byte at which the text stops being UTF-8: its end where a character is cut. */
function firstBadByte(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length + 1;
  while (invalid - valid > 1) {
    const length = (valid + invalid) >> 1;
    if (beginsAsUtf8(bytes.subarray(0, length))) valid = length;
    else invalid = length;
  }
  return valid;
}

function beginsAsUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
