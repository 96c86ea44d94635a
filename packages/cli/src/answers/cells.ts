import type { PredictionJson } from '../media.js';

/** What stands in a table, by the names of its columns. */
export type Cells = Readonly<Record<string, string>>;

/**
 * The answer of a head as cells: its name, the answer in a line; then `.confidence`, or where the head cannot say that, its own
 * numbers: `.value`; and the file of an answer that is a picture or the like, `.media.file`. With `full`, every field that the
 * head gives: what is inside of others after a point, lists as JSON.
 */
export function cellsOf(head: string, { text, ...fields }: PredictionJson, full: boolean): Cells {
  return Object.fromEntries([[head, text], ...(full ? allOf(head, fields) : usualOf(head, fields))]);
}

type Cell = readonly [column: string, text: string];

function usualOf(head: string, { confidence, media, ...own }: Omit<PredictionJson, 'text'>): Cell[] {
  const numbers = Object.entries(confidence === undefined ? own : { confidence });
  return [
    ...numbers.flatMap(([field, value]) =>
      typeof value === 'number' ? [[`${head}.${field}`, `${value}`] as const] : [],
    ),
    ...(media?.file === undefined ? [] : [[`${head}.media.file`, media.file] as const]),
  ];
}

function allOf(column: string, value: unknown): Cell[] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[column, textOf(value)]];
  return Object.entries(value).flatMap(([field, inner]) => allOf(`${column}.${field}`, inner));
}

/** A value of JSON as a cell; null is an empty one. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
