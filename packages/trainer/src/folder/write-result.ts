import { sha256, writeStored, type Store } from '@sensorium/data';
import { formatPlan, MANIFEST_FILE, type ExportedModel, type ModelManifest } from '@sensorium/orchestrator';
import { metricsToJson, type Example, type Metrics } from '../metrics.js';
import type { Setup } from '../plan/set-up.js';
import { renderReport } from '../report/index.js';
import { METRICS_FILE, REPORT_FILE } from './files.js';
import { relocate } from './relocate.js';

export interface Result {
  readonly prepared: Setup;
  readonly exported: ExportedModel;
  readonly metrics: Metrics;
  readonly examples: readonly Example[];
}

export interface Written {
  readonly manifest: ModelManifest;
  /** All files by name. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/**
 * Writes what a finished training leaves, all of it or nothing: a failure leaves an older model as it was.
 *
 * @param folder where the store lies, so that paths in the manifest are seen from there
 */
export async function writeResult(store: Store, folder: string | undefined, result: Result): Promise<Written> {
  const { prepared, exported, metrics, examples } = result;
  const { plan, backend, manifest, origin, files: named } = prepared;
  const moved = relocate(manifest, named, (path) => origin.seenFrom(folder, path));
  const full: ModelManifest = { ...moved, built: await provenanceOf(prepared, exported) };
  const manifestText = `${JSON.stringify(full, null, 2)}\n`;
  const report = await renderReport({ metrics, examples, plan: formatPlan(plan, backend.backend), manifestText });
  const files = {
    [REPORT_FILE]: encode(report),
    [METRICS_FILE]: encode(metricsToJson(metrics)),
    ...exported.files,
    [MANIFEST_FILE]: encode(manifestText),
  };
  await writeStored(store, files);
  return { manifest: full, files };
}

async function provenanceOf(
  { versions, tables }: Setup,
  { files, noise }: Result['exported'],
): Promise<ModelManifest['built']> {
  const hashes = Object.entries(files).map(async ([name, bytes]) => [name, await sha256(bytes)] as const);
  const data = Object.entries({ ...tables }).flatMap(([name, { hash }]) =>
    hash === undefined ? [] : [[name, hash] as const],
  );
  return {
    packages: versions,
    files: Object.fromEntries(await Promise.all(hashes)),
    data: Object.fromEntries(data),
    noise,
  };
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
