import { required, type Random, type Tensors, type View } from '@sensorium/contracts';
import { createRandom, noRecord } from '@sensorium/data';
import type { DataColumn } from './data/data-column.js';
import type { Samples } from './data/dataset.js';
import { lookAtRow } from './data/look-at-row.js';
import type { OpenTable } from './data/open-table.js';
import { prepareCell } from './data/read-cell.js';
import { cellOfRow } from './data/values.js';
import type { Sight, Variation } from './metrics.js';
import { sightOf, type Seen } from './sight.js';
import { spread } from './spread.js';

/** Different values of each column, and variants of each. */
const VALUES = 6;
const VARIANTS = 4;

/**
 * Some values of the training rows with variants as training draws them, of all columns whose view can show what it draws.
 * What cannot be read has its problem in its place, and no variants.
 */
export async function pickVariations(
  { dataset: { table }, rows }: Samples,
  columns: readonly DataColumn[],
  seed: number,
): Promise<Variation[]> {
  const random = createRandom(seed, 'variations');
  const found: Variation[] = [];
  for (const column of columns) {
    if (!column.spec.view?.value) continue;
    for (const row of spread(await rowsOfDifferentValues(column, table, rows), VALUES)) {
      found.push(...(await variationsOf(row, column, table, random.fork(String(row)))));
    }
  }
  return found;
}

/** The first row of each value. */
async function rowsOfDifferentValues(column: DataColumn, table: OpenTable, rows: Uint32Array): Promise<number[]> {
  const { positions } = await table.values(column);
  const first = new Map<number, number>();
  for (const row of rows) {
    const position = required(positions[row], `the value of row ${row}`);
    if (position !== noRecord && !first.has(position)) first.set(position, row);
  }
  return [...first.values()];
}

/** One for each value of the cell that is read. */
async function variationsOf(row: number, column: DataColumn, table: OpenTable, random: Random): Promise<Variation[]> {
  const { inputs, targets } = await lookAtRow(table, [column], row);
  const all = required((column.isTarget ? targets : inputs)[column.name], `what row ${row} shows`);
  const seen = all.slice(0, column.many ?? 1);
  const values = await Promise.all(seen.map(sightOf));
  const variants = seen.some((one) => 'problem' in one) ? [] : await drawnOf(row, column, table, random);
  return values.map((value, item) => ({
    name: column.name,
    value,
    variants: variants.flatMap((variant) => variant[item] ?? []),
  }));
}

/** Of each variant, what each of its values looks like. */
async function drawnOf(row: number, column: DataColumn, table: OpenTable, random: Random): Promise<Sight[][]> {
  const cell = required(cellOfRow(await table.values(column), row), `the value of row ${row}`);
  const kept = await prepareCell(cell, column, table);
  const view = required(column.spec.view, `the view of ${column.key}`);
  const drawn = Array.from({ length: VARIANTS }, (_, variant) => {
    const own = random.fork(String(variant));
    return itemsOf(view, view.draw(kept, { own: own.fork(column.key), row: own.fork('row') }), column);
  });
  return Promise.all(drawn.map((items) => Promise.all(items.map(sightOf))));
}

function itemsOf(view: View, drawn: Tensors, { many, modality }: DataColumn): Seen[] {
  const value = required(view.value?.(drawn), 'what a view shows of what it drew');
  return (many === null ? [value] : (value as readonly unknown[])).map((one) => ({ modality, value: one }));
}
