import { SensoriumError, type Media, type PluginFiles, type ResolvedManifest } from '@sensorium/contracts';
import type { Table } from '@sensorium/data';
import { placeError, type Platform, type ReadManifest, type ResolvedParts } from '@sensorium/orchestrator';
import { distinctCells } from './cell.js';
import { timed, type OnProgress } from './progress.js';
import { decodeCell } from './source.js';

export interface LearnOptions {
  readonly table: Table;
  readonly plugins: ResolvedParts;
  /** That encoders are built from. */
  readonly files: PluginFiles;
  readonly platform: Platform;
  /** Where a person wrote the manifest. */
  readonly read: ReadManifest;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** Values between two reports. */
const REPORT_EVERY = 100;

/** Fills the options that only the training table, or a file, can tell: vocabularies, picture sizes, labels. */
export async function learnOptions(manifest: ResolvedManifest, options: LearnOptions): Promise<ResolvedManifest> {
  const { plugins, table, files } = options;
  const inputs = await mapAsync(manifest.inputs, async (input, name) => {
    const plugin = plugins.inputs[name]?.plugin;
    if (!plugin?.learn) return input;
    const media = mediaOf(name, input.column, plugin.modality, options);
    const learning = plugin.learn(input.options, media, files);
    return { ...input, options: await inColumn(options, `inputs.${name}`, input.column, learning) };
  });
  const heads = await mapAsync(manifest.heads, async (head, name) => {
    const plugin = plugins.heads[name]?.plugin;
    if (!plugin?.learn) return head;
    const values = valuesOf(table, head.column);
    const learning = plugin.learn(head.options, values);
    return { ...head, options: await inColumn(options, `heads.${name}`, head.column, learning) };
  });
  return { ...manifest, inputs, heads };
}

/** What is wrong with a column is told of the table; what a plugin says of a file of its own, of the manifest. */
async function inColumn<T>(
  { table: { path }, read }: LearnOptions,
  key: string,
  column: string,
  learning: Promise<T>,
): Promise<T> {
  try {
    return await learning;
  } catch (error) {
    const file = SensoriumError.is(error) ? error.location?.file : undefined;
    throw file === undefined || file === path
      ? SensoriumError.at(error, { file: path, key: column })
      : placeError(error, read, key);
  }
}

/** Every distinct value of an input's column, decoded, in the order of the table. */
async function* mediaOf(
  name: string,
  column: string,
  modality: Media['kind'],
  { table, platform, onProgress, signal }: LearnOptions,
): AsyncGenerator<Media> {
  const report = timed(onProgress);
  const cells = distinctCells(table, column);
  for (const [index, cell] of cells.entries()) {
    signal?.throwIfAborted();
    yield await decodeCell(cell, modality, platform, signal);
    const done = index + 1;
    if (done % REPORT_EVERY === 0) report({ phase: 'learn', subject: name, done, total: cells.length });
  }
}

async function* valuesOf(table: Table, column: string): AsyncGenerator<string> {
  for (const row of table.rows) {
    const cell = row.values[column] ?? null;
    if (cell !== null) yield cell;
  }
}

async function mapAsync<T>(
  record: Readonly<Record<string, T>>,
  map: (value: T, key: string) => Promise<T>,
): Promise<Record<string, T>> {
  const result: Record<string, T> = {};
  for (const [key, value] of Object.entries(record)) result[key] = await map(value, key);
  return result;
}
