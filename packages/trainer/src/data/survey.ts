import { required, type Survey, type Surveyed, type Warning } from '@sensorium/contracts';
import { noRecord } from '@sensorium/data';
import { itemsOf, namesOf, type Cell } from './cell.js';
import type { DataColumn } from './data-column.js';
import { identityOf } from './identity.js';
import type { OpenTable } from './open-table.js';
import { forgiving } from './fate.js';
import { readCell } from './read-cell.js';

/** What is known of a column of the training table before training. */
export interface ColumnReport {
  /** In the manifest: `inputs.image` */
  readonly key: string;
  /** Of the table. */
  readonly columns: readonly string[];
  readonly modality: string;
  /** Different values. */
  readonly values: number;
  /** Rows without one. */
  readonly missing: number;
  /** Short facts for people, as the plugin tells them. */
  readonly facts: readonly string[];
  /** What always the same answer reaches, for what is learned. */
  readonly baseline?: Survey['baseline'];
}

export interface ColumnSurvey {
  readonly report: ColumnReport;
  readonly warnings: readonly Warning[];
}

/** Files that are decoded to be looked at. */
const MOST_FILES = 4;

/**
 * Lets a column's plugin look at its values: at all of them where cells hold them, at the first few that are files. Throws the
 * first bad cell's error, with file and row, and the signal's reason.
 *
 * @param trained rows that are trained on
 */
export async function surveyColumn(
  open: OpenTable,
  column: DataColumn,
  trained: Uint32Array,
  signal?: AbortSignal,
): Promise<ColumnSurvey> {
  const { key, modality, survey } = column;
  const { cells, positions } = await open.values(column);
  // Without a value there is nothing to look at.
  const found = cells.length > 0 ? await survey?.(valuesOf(open, column, trained, signal)) : undefined;
  return {
    report: {
      key,
      columns: namesOf(column),
      modality: modality.name,
      values: cells.length,
      missing: positions.filter((position) => position === noRecord).length,
      facts: found?.facts ?? [],
      ...(found?.baseline && { baseline: found.baseline }),
    },
    warnings: (found?.warnings ?? []).map((warning) => ({ key, ...warning })),
  };
}

/**
 * What is wrong with the inputs of a table that is not trained on: texts that are cut, words that are not known. Files are not
 * looked at.
 */
export async function warningsOfInputs(
  open: OpenTable,
  columns: readonly DataColumn[],
  signal?: AbortSignal,
): Promise<Warning[]> {
  const found: Warning[] = [];
  for (const column of columns) {
    if (column.isTarget || column.modality.from === 'file') continue;
    found.push(...(await surveyColumn(open, column, new Uint32Array(), signal)).warnings);
  }
  return found;
}

interface Item {
  readonly cell: Cell;
  readonly source: Cell['source'];
  rows: number;
  trained: number;
}

async function* valuesOf(
  open: OpenTable,
  column: DataColumn,
  trained: Uint32Array,
  signal: AbortSignal | undefined,
): AsyncGenerator<Surveyed<unknown>> {
  const { modality } = column;
  for (const { cell, source, ...counts } of (await itemsIn(open, column, trained)).values()) {
    signal?.throwIfAborted();
    const read = await forgiving(open, column, async () => ({
      value: await readCell(cell, source, open, signal, (one, io) => modality.decode(one, io)),
    }));
    if (read) yield { ...read, ...counts };
  }
}

/** The different values of a column, of files the first few. */
async function itemsIn(open: OpenTable, column: DataColumn, trained: Uint32Array): Promise<Map<string, Item>> {
  const { cells, positions } = await open.values(column);
  const [rows, trainedRows] = [countsOf(positions, cells.length), countsOf(positions, cells.length, trained)];
  const items = new Map<string, Item>();
  for (const [index, cell] of cells.entries()) {
    for (const source of itemsOf(cell)) {
      const identity = await identityOf(source);
      const item = items.get(identity) ?? { cell, source, rows: 0, trained: 0 };
      item.rows += required(rows[index], 'the rows of a value');
      item.trained += required(trainedRows[index], 'the trained rows of a value');
      items.set(identity, item);
    }
    if (column.modality.from === 'file' && items.size >= MOST_FILES) break;
  }
  return items;
}

/** How often each value stands in some rows. */
function countsOf(positions: Uint32Array, values: number, rows: Iterable<number> = positions.keys()): Uint32Array {
  const counts = new Uint32Array(values);
  for (const row of rows) {
    const position = required(positions[row], `row ${row}`);
    if (position !== noRecord) counts[position] = required(counts[position], 'the count of a value') + 1;
  }
  return counts;
}
