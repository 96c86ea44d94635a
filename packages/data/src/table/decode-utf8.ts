import { badTable } from './table-error.js';

const newline = 0x0a;
/** What spreadsheets put before a text. */
export const MARK = '\ufeff';

/**
 * Strict UTF-8, without byte order mark. Throws SENSORIUM_BAD_TABLE with the first line that is something else.
 *
 * @param before lines of the file that come before these bytes
 */
export function decodeUtf8(bytes: Uint8Array, path: string, before = 0): string {
  try {
    const text = decode(bytes);
    return before === 0 && text.startsWith(MARK) ? text.slice(MARK.length) : text;
  } catch (cause) {
    const bad = firstBadLine(bytes);
    if (bad !== undefined) {
      const line = before + bad;
      throw badTable(`line ${line} is not UTF-8 text`, { file: path, line }, 'Save the table in the encoding UTF-8.');
    }
    const message = `"${path}" has ${bytes.length} bytes, more than one text can hold`;
    throw badTable(message, { file: path }, 'Split it.', cause);
  }
}

const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

function firstBadLine(bytes: Uint8Array): number | undefined {
  for (let start = 0, line = 1; start < bytes.length; line++) {
    const found = bytes.indexOf(newline, start);
    const end = found < 0 ? bytes.length : found + 1;
    try {
      decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end;
  }
  return undefined;
}
