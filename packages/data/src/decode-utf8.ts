import { isUtf8 } from 'node:buffer';
import { badTable } from './table-error.js';

const newline = 0x0a;

/** Strict UTF-8, without byte order mark. Throws SENSORIUM_BAD_TABLE with the first line that is something else. */
export function decodeUtf8(bytes: Uint8Array, path: string): string {
  if (!isUtf8(bytes)) {
    const line = firstBadLine(bytes);
    throw badTable(`line ${line} is not UTF-8 text`, { file: path, line }, 'Save the table in the encoding UTF-8.');
  }
  try {
    return new TextDecoder().decode(bytes);
  } catch (cause) {
    throw badTable(
      `"${path}" has ${bytes.length} bytes, more than one text can hold`,
      { file: path },
      'Split it.',
      cause,
    );
  }
}

function firstBadLine(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const found = bytes.indexOf(newline, start);
    const end = found < 0 ? bytes.length : found + 1;
    if (!isUtf8(bytes.subarray(start, end))) break;
    start = end;
  }
  return line;
}
