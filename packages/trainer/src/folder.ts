import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hashBytes, ioError, openAtomic, type AtomicFile } from '@sensorium/data';
import { formatPlan, MANIFEST_FILE, MODEL_FILE, type ModelManifest } from '@sensorium/orchestrator';
import { LOCK_FILE } from './folder-lock.js';
import type { Example, Metrics } from './metrics.js';
import type { Prepared } from './prepare.js';
import { relocate } from './relocate.js';
import { renderReport } from './report/index.js';

export const CHECKPOINT_FILE = 'checkpoint.safetensors';
export const METRICS_FILE = 'metrics.json';
export const REPORT_FILE = 'report.html';

export interface Result {
  readonly prepared: Prepared;
  readonly model: Uint8Array;
  readonly metrics: Metrics;
  readonly examples: readonly Example[];
}

/** Writes what a finished training leaves. A failure leaves an older model as it was. */
export async function writeResult(
  folder: string,
  { prepared, model, metrics, examples }: Result,
): Promise<ModelManifest> {
  const { manifest, versions, plan, backend, tables, origin } = prepared;
  const data = Object.fromEntries(Object.entries(tables).map(([name, { hash }]) => [name, hash]));
  const built = { packages: versions, files: { [MODEL_FILE]: hashBytes(model) }, data };
  const full: ModelManifest = { ...relocate(manifest, origin, folder), built };
  const manifestText = json(full);
  const report = await renderReport({ metrics, examples, plan: formatPlan(plan, backend.backend), manifestText });
  await writeTogether(folder, {
    [REPORT_FILE]: report,
    [METRICS_FILE]: json(metrics),
    [MODEL_FILE]: model,
    [MANIFEST_FILE]: manifestText,
  });
  return full;
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Writes all files aside before any gets its name, so that a full disk cannot leave a half of the new beside the old. */
async function writeTogether(folder: string, contents: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  const files: AtomicFile[] = [];
  try {
    for (const [name, content] of Object.entries(contents)) {
      const file = await openAtomic(join(folder, name));
      files.push(file);
      await file.write(typeof content === 'string' ? Buffer.from(content) : content, 0);
    }
    for (const file of files) await file.commit();
  } finally {
    await Promise.all(files.map((file) => file.dispose()));
  }
}

/** A checkpoint that a new training in the folder does not go on from. */
const PREVIOUS_CHECKPOINT_FILE = 'checkpoint.previous.safetensors';

/** Puts the checkpoint of an unfinished training aside. Gives its new name, or undefined if there is none. */
export async function keepCheckpoint(folder: string): Promise<string | undefined> {
  const kept = join(folder, PREVIOUS_CHECKPOINT_FILE);
  try {
    await rename(join(folder, CHECKPOINT_FILE), kept);
    return kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw ioError(error, kept);
  }
}

/** Removes what a killed training was just writing. */
export async function removeUnfinished(folder: string): Promise<void> {
  const own = [LOCK_FILE, CHECKPOINT_FILE, METRICS_FILE, REPORT_FILE, MODEL_FILE, MANIFEST_FILE];
  try {
    const names = await readdir(folder);
    const left = names.filter((name) => name.endsWith('.part') && own.some((file) => name.startsWith(`${file}.`)));
    await Promise.all(left.map((name) => rm(join(folder, name), { force: true })));
  } catch (error) {
    throw ioError(error, folder);
  }
}
