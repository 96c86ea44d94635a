import { badTable } from './table-error.js';

const newline = 0x0a;

/** Bytes that are looked at together. */
const BLOCK = 2 ** 20;

/** Bytes of the longest line: what has none that ends is no table. */
export const LONGEST_LINE = 2 ** 28;

/** Text of whole lines, and how many lines of the table stand before it. */
export interface Lines {
  readonly text: string;
  readonly before: number;
}

/** Cuts a table behind line breaks. Throws SENSORIUM_BAD_TABLE for a line of more than 256 MiB. */
export function* wholeLines(bytes: Uint8Array, path: string): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length;) {
    const end = lineEnd(bytes, Math.min(start + BLOCK, bytes.length - 1));
    if (end - start > LONGEST_LINE) throw lineTooLong(path);
    yield bytes.subarray(start, end);
    start = end;
  }
}

/** Behind the line break that follows a position. */
export function lineEnd(bytes: Uint8Array, from: number): number {
  const found = bytes.indexOf(newline, from);
  return found < 0 ? bytes.length : found + 1;
}

export const lineTooLong = (path: string): Error =>
  badTable(
    'a line has more than 256 MiB',
    { file: path },
    'Is it a table, and does every row stand on a line of its own?',
  );
