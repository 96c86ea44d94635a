import type { LookedAt } from '../examples.js';
import type { Seen } from '../sight.js';
import { itemsOf } from './cell.js';
import type { DataColumn } from './data-column.js';
import type { OpenTable } from './open-table.js';
import { readCell } from './read-cell.js';
import { cellOfRow } from './values.js';

/** Decodes the values of a row, to be shown. What cannot be decoded is told in its place. */
export async function lookAtRow(table: OpenTable, columns: readonly DataColumn[], row: number): Promise<LookedAt> {
  const seen = async (isTarget: boolean): Promise<LookedAt['inputs']> => {
    const own = columns.filter((column) => column.isTarget === isTarget);
    const entries = own.map(async (column) => [column.name, await valuesAt(table, column, row)] as const);
    return Object.fromEntries(await Promise.all(entries));
  };
  return { inputs: await seen(false), targets: await seen(true) };
}

async function valuesAt(table: OpenTable, column: DataColumn, row: number): Promise<Seen[]> {
  const cell = cellOfRow(await table.values(column), row);
  if (!cell) return [];
  const { modality } = column;
  return Promise.all(
    itemsOf(cell).map(async (item): Promise<Seen> => {
      try {
        const value = await readCell(cell, item, table, undefined, (source, io) => modality.decode(source, io));
        return { modality, value };
      } catch (error) {
        return { problem: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
}
