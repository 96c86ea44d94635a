import { writeFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { SensoriumError } from '@sensorium/contracts';
import { openTable, parseTable, streamTable, type Row, type Table } from '@sensorium/data';
import type { Target } from '../process/judge.js';
import { requireSane } from './insane.js';

/** Reads a table from memory, from a file as a whole, and from a file row by row, which must come to the same. */
export const readTable: Target = async ({ file, bytes }) => {
  await writeFile(file, bytes);
  const table = await attempt(async () => parseTable(bytes, file));
  const opened = await attempt(() => openTable(file));
  const streamed = await attempt(() => rowsOf(file));
  requireSane(isDeepStrictEqual(outcomeOf(table), outcomeOf(opened)), 'from a file it is another table');
  requireSane(
    isDeepStrictEqual(outcomeOf(table), outcomeOf(streamed)),
    `row by row it is another table: ${nameOf(table)}, and ${nameOf(streamed)}`,
  );
  if (table instanceof Error) throw table;
  requireTable(table);
};

type Rows = Pick<Table, 'columns' | 'rows'>;

async function attempt(read: () => Promise<Rows>): Promise<Rows | SensoriumError> {
  try {
    return await read();
  } catch (error) {
    if (SensoriumError.is(error)) return error;
    throw error;
  }
}

async function rowsOf(file: string): Promise<Rows> {
  const stream = await streamTable(file);
  const rows: Row[] = [];
  for await (const row of stream.rows()) rows.push(row);
  requireSane(rows.length === stream.count, `${rows.length} rows where ${stream.count} were counted`);
  return { columns: stream.columns, rows };
}

const outcomeOf = (given: Rows | SensoriumError): unknown =>
  given instanceof Error ? given.code : [given.columns, given.rows];

const nameOf = (given: Rows | SensoriumError): string =>
  given instanceof Error
    ? `${given.code}: ${given.message.slice(0, 200)}`
    : `${given.rows.length} rows of ${given.columns.length} columns`;

function requireTable({ columns, rows }: Rows): void {
  requireSane(columns.length > 0 && rows.length > 0, `${rows.length} rows of ${columns.length} columns`);
  requireSane(new Set(columns).size === columns.length, 'two columns have one name');
  for (const [index, { number, values }] of rows.entries()) {
    requireSane(number === index + 1, `row ${number} is at ${index}`);
    requireSane(Object.keys(values).length === columns.length, `row ${number} has other columns`);
  }
}
