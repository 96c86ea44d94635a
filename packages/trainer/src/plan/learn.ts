import {
  modalityOf,
  required,
  SensoriumError,
  type Modality,
  type PartOptions,
  type PluginFiles,
  type ResolvedManifest,
  type Source,
} from '@sensorium/contracts';
import { partsOf, placeError, pluginAt, withOptions, type Part, type ReadManifest } from '@sensorium/orchestrator';
import type { ManifestResolution } from '@sensorium/orchestrator';
import { itemsOf, namesOf, type Cell, type ColumnRef } from '../data/cell.js';
import type { DataColumn } from '../data/data-column.js';
import { forgiving } from '../data/fate.js';
import { identityOf } from '../data/identity.js';
import type { OpenTable } from '../data/open-table.js';
import { readCell } from '../data/read-cell.js';
import { cellOfRow } from '../data/values.js';
import { timed, type OnProgress } from '../progress.js';

export interface LearnOptions {
  readonly table: OpenTable;
  readonly plugins: ManifestResolution['plugins'];
  /** That the parts are built from. */
  readonly files: PluginFiles;
  /** Where a person wrote the manifest. */
  readonly read: ReadManifest;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** A column, and whether its values may be missing. */
type LearnColumn = ColumnRef & Pick<DataColumn, 'presentName'>;

/** Values between two reports. */
const REPORT_EVERY = 100;

/** Fills the options that only the training table, or a file, can tell: vocabularies, picture sizes, labels. */
export async function learnOptions(manifest: ResolvedManifest, options: LearnOptions): Promise<ResolvedManifest> {
  let learned = manifest;
  for (const part of partsOf(manifest)) {
    const columns = columnsOf(part, manifest);
    const learning = learnPart(part, columns, options);
    if (learning) learned = withOptions(learned, part, await inColumns(options, part, columns, learning));
  }
  return learned;
}

/** Undefined where there is nothing to learn. A tied input has the options of the one whose encoder it shares. */
function learnPart(
  part: Part,
  columns: readonly LearnColumn[],
  options: LearnOptions,
): Promise<PartOptions> | undefined {
  const { plugin } = pluginAt(options.plugins, part);
  if (part.tied !== null) return undefined;
  if (plugin.kind === 'fusion') return plugin.learn?.(part.options, nothing(), options.files);
  const modality = modalityOf(plugin, part.options);
  const values = modality ? valuesOf(part, modality, columns, options) : nothing();
  return plugin.learn?.(part.options, values, options.files);
}

/** The columns whose values a part learns from: an encoder those of all inputs that share it. */
function columnsOf({ section, name }: Part, { inputs, heads }: ResolvedManifest): LearnColumn[] {
  if (section === 'fusions') return [];
  if (section === 'heads') {
    const { column } = required(heads[name], `heads.${name}`);
    return column === null ? [] : [{ column, many: null, presentName: null }];
  }
  return Object.entries(inputs).flatMap(([input, { column, many, tied, missing }]) =>
    input === name || tied === name ? [{ column, many, presentName: missing === 'error' ? null : input }] : [],
  );
}

/** What is wrong with a column is told of the table; what a plugin says of a file of its own, of the manifest. */
async function inColumns<T>(
  { table: { table }, read }: LearnOptions,
  { key }: Part,
  columns: readonly LearnColumn[],
  learning: Promise<T>,
): Promise<T> {
  try {
    return await learning;
  } catch (error) {
    const file = SensoriumError.is(error) ? error.location?.file : undefined;
    const isOfTable = columns.length > 0 && (file === undefined || file === table.path);
    throw isOfTable
      ? SensoriumError.at(error, { file: table.path, key: columns.flatMap(namesOf).join(', ') })
      : placeError(error, read, key);
  }
}

/** Decoded: for an encoder every different value, for a head those of all rows. In the order of the table. */
const valuesOf = (
  part: Part,
  modality: Modality,
  columns: readonly LearnColumn[],
  options: LearnOptions,
): AsyncGenerator<unknown> =>
  part.section === 'inputs'
    ? distinctValues(part, modality, columns, options)
    : allValues(part, modality, columns, options);

async function* distinctValues(
  { name }: Part,
  modality: Modality,
  columns: readonly LearnColumn[],
  { table, onProgress, signal }: LearnOptions,
): AsyncGenerator<unknown> {
  const seen = new Set<string>();
  const report = timed(onProgress);
  for (const column of columns) {
    const { cells } = await table.values(column);
    for (const [index, cell] of cells.entries()) {
      for (const item of itemsOf(cell)) {
        signal?.throwIfAborted();
        const identity = await identityOf(item);
        if (seen.has(identity)) continue;
        seen.add(identity);
        const read = await readValue(cell, item, modality, column, { table, signal });
        if (read) yield read.value;
      }
      const done = index + 1;
      if (done % REPORT_EVERY === 0) report({ phase: 'learn', subject: name, done, total: cells.length });
    }
  }
}

async function* allValues(
  { name }: Part,
  modality: Modality,
  columns: readonly LearnColumn[],
  { table, onProgress, signal }: LearnOptions,
): AsyncGenerator<unknown> {
  const report = timed(onProgress);
  const total = table.table.rows.length;
  for (const column of columns) {
    const values = await table.values(column);
    for (let row = 0; row < total; row++) {
      signal?.throwIfAborted();
      const cell = cellOfRow(values, row);
      const read = cell && (await readValue(cell, cell.source, modality, column, { table, signal }));
      if (read) yield read.value;
      if ((row + 1) % REPORT_EVERY === 0) report({ phase: 'learn', subject: name, done: row + 1, total });
    }
  }
}

/** Undefined for what is left out, or is missing. */
const readValue = (
  cell: Cell,
  source: Source,
  modality: Modality,
  { presentName }: LearnColumn,
  { table, signal }: Pick<LearnOptions, 'table' | 'signal'>,
): Promise<{ readonly value: unknown } | undefined> =>
  forgiving(table, { presentName, modality }, async () => ({
    value: await readCell(cell, source, table, signal, (one, io) => modality.decode(one, io)),
  }));

/** Plugins without modality learn from files alone. */
async function* nothing(): AsyncGenerator<never> {}
