import { dirname, join } from 'node:path';
import { required } from '@sensorium/contracts';
import { textColumn } from '../text-column.js';
import type { Row } from './write-rows.js';

/** The rows of a table about pictures: each with its `image`, a whole path, `statement` and `truth`. */
export async function statementsTable(path: string): Promise<Row[]> {
  const [images, statements, truths] = await Promise.all(
    ['image', 'statement', 'truth'].map((column) => textColumn(path, column)),
  );
  return required(images, 'images').map((image, row) => ({
    image: join(dirname(path), image),
    statement: required(statements?.[row], 'a statement'),
    truth: required(truths?.[row], 'a truth'),
  }));
}
