import type { ErrorLocation } from '@sensorium/contracts';
import { decodeLines } from './decode-utf8.js';
import type { Lines } from './lines.js';
import { tableOf, type TableRecord } from './records.js';
import type { Table } from './row.js';
import { badTable } from './table-error.js';

/** Reads one JSON object a line. Throws SENSORIUM_BAD_TABLE. */
export function readJsonLines(bytes: Uint8Array, path: string): Table {
  const records: TableRecord[] = [];
  for (const lines of decodeLines(bytes, path)) {
    for (const one of recordsIn(lines, records.length, path)) records.push(one);
  }
  return tableOf(records, path);
}

/**
 * The objects of some lines. Throws SENSORIUM_BAD_TABLE.
 *
 * @param rows of the table before them
 */
export function* recordsIn({ text, before }: Lines, rows: number, path: string): Generator<TableRecord> {
  let row = rows;
  for (const [index, content] of text.split('\n').entries()) {
    if (content.trim() === '') continue;
    const line = before + index + 1;
    yield { record: parseObject(content, { file: path, line, row: ++row }), line };
  }
}

/** The object of a line. Throws SENSORIUM_BAD_TABLE. */
function parseObject(content: string, location: ErrorLocation): object {
  const hint = 'Every line is one JSON object, such as {"image": "cat.jpg", "label": "cat"}.';
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw badTable(`the line is not valid JSON: ${(cause as Error).message}`, location, hint, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badTable('the line is JSON, but not an object', location, hint);
  }
  return value;
}
