import type { MediaSource, Text } from '@sensorium/contracts';
import { looksLike } from './looks-like.js';
import { badMedia, tooLarge } from './media-error.js';
import { isMedia, type ReadLocation, readSource } from './read-source.js';

/** No character of UTF-8 needs more bytes than three for each of its UTF-16 units. */
const bytesPerUnit = 3;
const byteOrderMark = 3;

export async function textOf(
  source: MediaSource,
  { name, maxCharacters, signal }: { name: string; maxCharacters: number; signal?: AbortSignal },
  readLocation: ReadLocation,
): Promise<Text> {
  if (typeof source === 'string') return checked(source, name, maxCharacters);
  if (isMedia(source)) {
    if (source.kind === 'text') return checked(source.text, name, maxCharacters);
    throw badMedia(name, `is a decoded value of the kind "${source.kind}"; expected text`);
  }
  const maxBytes = bytesPerUnit * maxCharacters + byteOrderMark;
  const bytes = await readSource(source, { name, maxBytes, signal }, readLocation);
  return checked(decodeUtf8(bytes, name), name, maxCharacters);
}

function checked(text: string, name: string, maxCharacters: number): Text {
  if (text.length <= maxCharacters) return { kind: 'text', text };
  throw tooLarge(
    name,
    `is a text of ${text.length} characters; the limit is ${maxCharacters}`,
    'Shorten it, or split it into several samples.',
  );
}

function decodeUtf8(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw badMedia(
      name,
      `is not UTF-8 text: byte ${firstBadByte(bytes)} cannot be decoded; it looks like ${looksLike(bytes)}`,
      {
        hint: 'Give text in the encoding UTF-8.',
        cause,
      },
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
