import type { ResolvedManifest } from '@sensorium/contracts';
import { sha256, writeStored, type Store } from '@sensorium/data';
import { formatPlan, MANIFEST_FILE, type ExportedModel, type ModelManifest } from '@sensorium/orchestrator';
import { metricsToJson, type Example, type Metrics, type Variation } from '../metrics.js';
import type { Setup } from '../plan/set-up.js';
import type { Start } from '../plan/start.js';
import { renderReport } from '../report/index.js';
import { METRICS_FILE, REPORT_FILE } from './files.js';
import { relocate } from './relocate.js';
import { replaceModel } from './replace-model.js';

/** Files of a model's folder by name. */
export type Files = Readonly<Record<string, Uint8Array>>;

export interface WrittenModel {
  readonly manifest: ModelManifest;
  readonly files: Files;
}

/**
 * Writes the model and its manifest, all or none: a failure leaves an older model as it was.
 *
 * @param folder where the store lies, so that paths in the manifest are seen from there
 */
export async function writeModel(
  store: Store,
  folder: string | undefined,
  prepared: Setup,
  exported: ExportedModel,
): Promise<WrittenModel> {
  const full: ModelManifest = { ...seenManifest(prepared, folder), built: await provenanceOf(prepared, exported) };
  const files = { ...exported.files, [MANIFEST_FILE]: encode(textOf(full)) };
  await replaceModel(store, files);
  return { manifest: full, files };
}

/** The manifest with its paths as seen from a model's folder. */
export const seenManifest = (
  { manifest, origin, files }: Pick<Setup, 'manifest' | 'origin' | 'files'>,
  folder: string | undefined,
): ResolvedManifest => relocate(manifest, files, (path) => origin.seenFrom(folder, path));

/** Table → SHA-256, of those that are files. */
export const hashesOf = ({ tables, start }: HashedData): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries({ ...tables }).flatMap(([name, { hash }]) => (hash === undefined ? [] : [[name, hash] as const])),
  ),
  ...(start && { weights: start.hash }),
});

interface HashedData extends Pick<Setup, 'tables'> {
  readonly start?: Pick<Start, 'hash'>;
}

export interface Judgement {
  readonly manifest: ModelManifest;
  readonly metrics: Metrics;
  readonly examples: readonly Example[];
  readonly variations: readonly Variation[];
}

/** Writes how good the model is: what fails here costs no model. */
export async function writeJudgement(
  store: Store,
  { plan, backend }: Setup,
  { manifest, metrics, examples, variations }: Judgement,
): Promise<Files> {
  const planText = formatPlan(plan, backend.backend);
  const shown = { metrics, examples, variations, plan: planText, manifestText: textOf(manifest) };
  const files = {
    [METRICS_FILE]: encode(metricsToJson(metrics)),
    [REPORT_FILE]: encode(await renderReport(shown)),
  };
  await writeStored(store, files);
  return files;
}

const textOf = (manifest: ModelManifest): string => `${JSON.stringify(manifest, null, 2)}\n`;

async function provenanceOf(prepared: Setup, { files, noise }: ExportedModel): Promise<ModelManifest['built']> {
  const hashes = Object.entries(files).map(async ([name, bytes]) => [name, await sha256(bytes)] as const);
  return {
    packages: prepared.versions,
    files: Object.fromEntries(await Promise.all(hashes)),
    data: hashesOf(prepared),
    noise,
  };
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
