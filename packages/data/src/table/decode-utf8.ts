import { lineEnd, wholeLines, type Lines } from './lines.js';
import { badTable } from './table-error.js';

/** What spreadsheets put before a text. */
export const MARK = '\ufeff';

const MARK_BYTES = [0xef, 0xbb, 0xbf];

export const withoutMark = (bytes: Uint8Array): Uint8Array =>
  MARK_BYTES.every((byte, index) => bytes[index] === byte) ? bytes.subarray(MARK_BYTES.length) : bytes;

/** A table as text, piece by piece: all of it may be more than one text can hold. Throws SENSORIUM_BAD_TABLE. */
export function* decodeLines(bytes: Uint8Array, path: string): Generator<Lines> {
  let before = 0;
  for (const block of wholeLines(bytes, path)) {
    const text = decodeUtf8(block, path, before);
    yield { text, before };
    before += breaksIn(text);
  }
}

export const breaksIn = (text: string): number => text.split('\n').length - 1;

/**
 * Strict UTF-8, without byte order mark. Throws SENSORIUM_BAD_TABLE with the first line that is something else.
 *
 * @param before lines of the file that come before these bytes
 */
export function decodeUtf8(bytes: Uint8Array, path: string, before = 0): string {
  try {
    return decode(before === 0 ? withoutMark(bytes) : bytes);
  } catch {
    const line = before + firstBadLine(bytes);
    throw badTable(`line ${line} is not UTF-8 text`, { file: path, line }, 'Save the table in the encoding UTF-8.');
  }
}

const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

/** From 1, of bytes that are no text as a whole. */
function firstBadLine(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = lineEnd(bytes, start);
    if (!isText(bytes.subarray(start, end))) break;
    start = end;
  }
  return line;
}

function isText(bytes: Uint8Array): boolean {
  try {
    decode(bytes);
    return true;
  } catch {
    return false;
  }
}
