import type { Row } from '@sensorium/modality-table';
import { type ColumnOptions, dimensionsOf, type Kind, type TableOptions } from './options.js';
import { booleanIn, categoryIn, dateIn, type Filled, numberIn } from './parse-cell.js';
import { piecesOf } from './pieces.js';
import { type Counted, quantileEdges } from './quantile-edges.js';

/** A share of the cells that are of a kind makes the column of that kind; the others are then mistakes, which are refused. */
const MOST = 0.8;
/** Categories come again: on average so many cells have the same. */
const REPEATED = 2;
const MOST_PIECES = 64;

/** How often each content of a column stands there; empty cells are not counted. */
type Contents = Map<Filled, number>;

/** Fills what the rows of the training table tell; nothing where there is none. */
export async function learnFromRows(given: TableOptions, rows: AsyncIterable<Row>): Promise<TableOptions> {
  const columns = new Map<string, Contents>();
  for await (const row of rows) for (const [name, cell] of Object.entries(row)) count(columns, name, cell);
  if (columns.size === 0) return given;
  const cells = given.cells ?? [...columns].map(([name, contents]) => learnColumn(name, contents, given));
  return { ...given, cells, pieces: given.pieces ?? Math.min(MOST_PIECES, longestText(cells, columns)) };
}

/** Pieces of the longest text; at least 1. */
function longestText(cells: readonly ColumnOptions[], columns: ReadonlyMap<string, Contents>): number {
  let longest = 1;
  for (const { name, kind } of cells) {
    if (kind !== 'text') continue;
    for (const text of columns.get(name)?.keys() ?? []) longest = Math.max(longest, piecesOf(String(text)).length);
  }
  return longest;
}

function count(columns: Map<string, Contents>, name: string, cell: Filled | null): void {
  const contents = columns.get(name) ?? new Map<Filled, number>();
  columns.set(name, contents);
  if (cell !== null) contents.set(cell, (contents.get(cell) ?? 0) + 1);
}

function learnColumn(name: string, contents: Contents, given: TableOptions): ColumnOptions {
  const kind = (Object.hasOwn(given.kinds, name) ? given.kinds[name] : undefined) ?? kindOf(contents);
  switch (kind) {
    case 'number':
      return { name, kind, edges: edgesOf(contents, numberIn, given) };
    case 'date':
      return { name, kind, edges: edgesOf(contents, dateIn, given) };
    case 'category':
      return { name, kind, categories: categoriesOf(contents, given) };
    default:
      return { name, kind };
  }
}

/** What most cells are; of an empty column a category, of which none is known. */
function kindOf(contents: Contents): Kind {
  const total = sumOf(contents, () => true);
  const isMostly = (fits: (cell: Filled) => boolean): boolean => total > 0 && sumOf(contents, fits) >= MOST * total;
  if (isMostly((cell) => booleanIn(cell) !== undefined)) return 'boolean';
  if (isMostly((cell) => !Number.isNaN(numberIn(cell)))) return 'number';
  if (isMostly((cell) => !Number.isNaN(dateIn(cell)))) return 'date';
  return total >= REPEATED * contents.size ? 'category' : 'text';
}

function sumOf(contents: Contents, fits: (cell: Filled) => boolean): number {
  let sum = 0;
  for (const [cell, own] of contents) if (fits(cell)) sum += own;
  return sum;
}

/** Cells that are none of the kind are refused when they are prepared, where their row is known. */
function edgesOf(contents: Contents, valueOf: (cell: Filled) => number, given: TableOptions): number[] {
  const values = [...contents].map(([cell, own]): Counted => [valueOf(cell), own]);
  return quantileEdges(
    values.filter(([value]) => !Number.isNaN(value)),
    dimensionsOf(given).bins,
  );
}

/** The most frequent first, ties in code-point order. */
function categoriesOf(contents: Contents, { maxCategories, minCount }: TableOptions): string[] {
  const counts = new Map<string, number>();
  for (const [cell, own] of contents) {
    const category = categoryIn(cell);
    counts.set(category, (counts.get(category) ?? 0) + own);
  }
  return [...counts]
    .filter(([, own]) => own >= minCount)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, maxCategories)
    .map(([category]) => category);
}
