import type { ErrorLocation } from '@sensorium/contracts';
import { tableOf, type TableRecord } from './records.js';
import type { Table } from './row.js';
import { badTable } from './table-error.js';

/** Reads one JSON object a line. Throws SENSORIUM_BAD_TABLE. */
export function readJsonLines(text: string, path: string): Table {
  const records: TableRecord[] = [];
  for (const [index, content] of text.split('\n').entries()) {
    if (content.trim() === '') continue;
    const line = index + 1;
    records.push({ record: parseObject(content, { file: path, line, row: records.length + 1 }), line });
  }
  return tableOf(records, path);
}

/** The object of a line. Throws SENSORIUM_BAD_TABLE. */
export function parseObject(content: string, location: ErrorLocation): object {
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
