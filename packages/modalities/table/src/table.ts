import { exampleBeside, type Modality, type Random, type Source } from '@sensorium/contracts';
import { badMedia, describeValue } from '@sensorium/media';

/** A cell as it stands; null where it is empty. Numbers are finite. */
export type Cell = string | number | boolean | null;

/** Cells by the names of their columns. */
export type Row = Readonly<Record<string, Cell>>;

const hint = 'A row is an object of cells by column, such as { "age": 39, "city": "Rome" }; a missing cell is null.';

/**
 * A row of a table: several cells as one value. A source is an object of cells by the names of their columns, as `columns:` of a
 * manifest gives it, JSON of one, or the decoded value. Cells stay as they stand: what a text means, a number, a date, a
 * category, its encoder finds. A text of spaces alone is an empty cell, and a Date its text of ISO 8601.
 */
export const table: Modality<Row> = {
  name: 'table',
  from: 'cell',
  exclusive: false,
  version: '1',
  example: exampleBeside(import.meta.url, 'modality-table'),
  async decode(source, { name = 'row' }) {
    const given = typeof source === 'string' ? parse(source, name) : source;
    if (!isPlain(given)) throw badMedia(name, `is ${describeValue(source)}; expected a row`, { hint });
    const cells = Object.entries(given);
    if (cells.length === 0) throw badMedia(name, 'has no cells', { hint });
    return Object.fromEntries(cells.map(([column, cell]) => [column, cellOf(cell, column, name)]));
  },
  recognises: async (cells) =>
    cells.every(isCell) ? { certainty: 0.5, because: 'short cells', together: true } : undefined,
  show: (row) => ({ kind: 'text', text: textOf(row) }),
  disturb: emptyCells,
};

/** Each cell is empty with the probability `level`. Cells do not change places, as in MultiBench: each is of a kind of its own. */
function emptyCells(row: Row, level: number, random: Random): Row {
  const isLost = (column: string): boolean => random.fork(column).uniform() < level;
  return Object.fromEntries(Object.entries(row).map(([column, cell]) => [column, isLost(column) ? null : cell]));
}

/** Longer texts say more than a cell of a row. */
const MOST_CHARACTERS = 200;

const isCell = (cell: Source): boolean =>
  typeof cell === 'string' ? cell.length <= MOST_CHARACTERS : typeof cell !== 'object';

function parse(text: string, name: string): Source | null {
  try {
    return JSON.parse(text) as Source | null;
  } catch (cause) {
    throw badMedia(name, `is ${describeValue(text)}; expected a row`, { hint, cause });
  }
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function cellOf(cell: unknown, column: string, name: string): Cell {
  if (cell === null || cell === undefined || typeof cell === 'boolean') return cell ?? null;
  if (typeof cell === 'string') return cell.trim() === '' ? null : cell;
  if (typeof cell === 'number' && Number.isFinite(cell)) return cell;
  if (cell instanceof Date && !Number.isNaN(cell.getTime())) return cell.toISOString();
  throw badMedia(name, `has ${describeValue(cell)} in the column "${column}"; expected a text, a number or a boolean`, {
    hint: 'Infinite numbers and NaN teach nothing: leave such a cell empty. Lists and objects belong into columns of their own.',
  });
}

/** Cells that are not empty: `age 39 · city Rome` */
function textOf(row: Row): string {
  const filled = Object.entries(row).filter(([, cell]) => cell !== null);
  return filled.map(([column, cell]) => `${column} ${String(cell)}`).join(' · ') || '–';
}
