import { SensoriumError, type Media, type ResolvedManifest } from '@sensorium/contracts';
import type { Table } from '@sensorium/data';
import type { Platform, ResolvedParts } from '@sensorium/orchestrator';
import { timed, type OnProgress } from './progress.js';
import { decodeCell } from './source.js';

export interface LearnOptions {
  readonly table: Table;
  readonly plugins: ResolvedParts;
  readonly platform: Platform;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** Fills the options that only the training table can tell: vocabularies, picture sizes, labels. */
export async function learnOptions(manifest: ResolvedManifest, options: LearnOptions): Promise<ResolvedManifest> {
  const { plugins, table } = options;
  const inputs = await mapAsync(manifest.inputs, async (input, name) => {
    const plugin = plugins.inputs[name]?.plugin;
    if (!plugin?.learn) return input;
    const learned = await plugin.learn(plugin.options.parse(input.options), mediaOf(name, input.column, options));
    return { ...input, options: learned };
  });
  const heads = await mapAsync(manifest.heads, async (head, name) => {
    const plugin = plugins.heads[name]?.plugin;
    if (!plugin?.learn) return head;
    const learned = await plugin.learn(plugin.options.parse(head.options), valuesOf(table, head.column));
    return { ...head, options: learned };
  });
  return { ...manifest, inputs, heads };
}

/** Every distinct value of an input's column, decoded, in the order of the table. */
async function* mediaOf(name: string, column: string, options: LearnOptions): AsyncGenerator<Media> {
  const { table, plugins, platform, onProgress, signal } = options;
  const plugin = plugins.inputs[name]?.plugin;
  if (!plugin) return;
  const part = { modality: plugin.modality };
  const report = timed(onProgress);
  const seen = new Set<string>();
  for (const row of table.rows) {
    signal?.throwIfAborted();
    const cell = row.values[column] ?? null;
    if (cell === null || seen.has(cell)) continue;
    seen.add(cell);
    try {
      yield await decodeCell(cell, part, table, platform);
    } catch (error) {
      throw SensoriumError.at(error, { file: table.path, row: row.number, key: column });
    }
    if (seen.size % 100 === 0) report({ phase: 'learn', subject: name, done: row.number, total: table.rows.length });
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
