import { SensoriumError } from '@sensorium/contracts';
import { readStored, type Store } from '@sensorium/data';
import { MANIFEST_FILE, MODEL_FILE, readModelFolder, type ModelManifest, type Platform } from '@sensorium/orchestrator';
import type { Metrics } from '../metrics.js';
import type { Setup } from '../plan/set-up.js';
import { METRICS_FILE, REPORT_FILE } from './files.js';
import { parseJson } from './parse-json.js';
import { hashesOf, seenManifest, type Files, type WrittenModel } from './write-result.js';

/** A finished training as its folder holds it. */
export interface FinishedTraining extends WrittenModel {
  readonly model: Uint8Array;
  readonly metrics: Metrics;
}

/**
 * Undefined where a folder holds no finished training. Throws SENSORIUM_BAD_MODEL, SENSORIUM_CHECKSUM and
 * SENSORIUM_NOT_FOUND where it is not whole, and what reading throws.
 */
export async function readTrained(store: Store, platform: Platform): Promise<FinishedTraining | undefined> {
  const [own, said] = [
    await filesOf(store, [MANIFEST_FILE, MODEL_FILE]),
    await filesOf(store, [METRICS_FILE, REPORT_FILE]),
  ];
  const [text, model, metrics] = [own[MANIFEST_FILE], own[MODEL_FILE], said[METRICS_FILE]];
  if (!text || !model || !metrics) return undefined;
  const manifest = parseJson(text, store.path(MANIFEST_FILE)) as ModelManifest;
  const source = { manifest, model };
  // Only now it is known to be one.
  await readModelFolder(source, platform);
  const names = Object.keys(manifest.built.files);
  const files = await filesOf(store, names);
  const whole = await readModelFolder({ ...source, files }, platform);
  for (const name of names) await whole.read(name);
  return {
    manifest,
    model,
    metrics: parseJson(metrics, store.path(METRICS_FILE)) as Metrics,
    files: { ...files, ...own, ...said },
  };
}

/** Those that are there. */
async function filesOf(store: Store, names: readonly string[]): Promise<Files> {
  const files: Record<string, Uint8Array> = {};
  for (const name of names) {
    const bytes = await readStored(store, name);
    if (bytes) files[name] = bytes;
  }
  return files;
}

/**
 * Throws SENSORIUM_NOTHING_TO_RESUME unless the finished training is the one that was asked for: of the same manifest, with
 * what it learned from the table, and of the same tables and weights. Where it runs does not matter.
 *
 * @param folder where the store lies, as for `writeModel`
 */
export function requireSame(
  { manifest, metrics }: FinishedTraining,
  prepared: Setup,
  folder: string | undefined,
  store: Store,
): void {
  const { learningRate } = manifest.training;
  const wanted = seenManifest(prepared, folder);
  // A rate that was to be found is written as it was found.
  const found = wanted.training.learningRate === 'auto' ? { ...wanted.training, learningRate } : wanted.training;
  const isSame =
    textOf({ ...wanted, training: found }, hashesOf(prepared)) === textOf(manifest, manifest.built.data) &&
    (prepared.firstLook === undefined) === (metrics.firstLook === undefined);
  if (isSame) return;
  throw new SensoriumError({
    code: 'SENSORIUM_NOTHING_TO_RESUME',
    message: 'the finished model here is of another training: the manifest, its tables or weights have changed since',
    hint: 'Start anew without --resume, or bring back what was changed.',
    location: { file: store.path() },
  });
}

function textOf(manifest: object, data: Readonly<Record<string, string>>): string {
  const { backend, built, ...rest } = manifest as Partial<ModelManifest>;
  return JSON.stringify([rest, data]);
}
