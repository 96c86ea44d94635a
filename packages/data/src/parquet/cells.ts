import type { ParquetRecord } from './read-parquet.js';

/** What stands in a cell, and where. */
interface Place {
  /** `shard.parquet!image/17` */
  readonly address: string;
}

/**
 * The cells of a record as tables have them. Bytes are named by where they stand, and read from there when they are needed, so
 * that a table fits into memory, however large its pictures are.
 *
 * NaN, which stands for a gap, becomes an empty cell. Integers beyond 2^53 are no numbers that a table takes.
 */
export const cellsOfRecord = (record: ParquetRecord, addressOf: (column: string) => string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(record).map(([column, value]) => [column, cellOf(value, { address: addressOf(column) })]),
  );

function cellOf(value: unknown, place: Place): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return Number.isNaN(value) ? null : value;
  if (value === undefined || value === null) return null;
  if (value instanceof Uint8Array) return place.address;
  if (ArrayBuffer.isView(value))
    return Array.from(value as unknown as ArrayLike<unknown>, (item) => cellOf(item, place));
  if (Array.isArray(value)) return value.map((item, index) => cellOf(item, { address: `${place.address}/${index}` }));
  return typeof value === 'object' ? structOf(value, place) : value;
}

/** `{ bytes, path }` is the file itself, and where there are no bytes, what its path names. */
function structOf(value: object, { address }: Place): unknown {
  const fields = new Map<string, unknown>(Object.entries(value));
  if (isFile(fields))
    return fields.get('bytes') instanceof Uint8Array ? address : cellOf(fields.get('path'), { address });
  return Object.fromEntries(
    [...fields].map(([key, field]) => [key, cellOf(field, { address: `${address}/${encodeURIComponent(key)}` })]),
  );
}

const isFile = (fields: ReadonlyMap<string, unknown>): boolean =>
  fields.has('bytes') && [...fields.keys()].every((key) => key === 'bytes' || key === 'path');
