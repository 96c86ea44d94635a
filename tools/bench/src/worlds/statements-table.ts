import { dirname, join } from 'node:path';
import { openTable } from '@sensorium/data';
import type { Row } from './write-rows.js';

/** The rows of a table about pictures: each with its `image`, a whole path, `statement` and `truth`. */
export async function statementsTable(path: string): Promise<Row[]> {
  const { rows } = await openTable(path);
  return rows.map(({ values: { image, statement, truth } }) => ({
    image: join(dirname(path), String(image)),
    statement: String(statement),
    truth: String(truth),
  }));
}
