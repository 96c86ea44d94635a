import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SensoriumError, type Plugin, type ResolvedManifest } from '@sensorium/contracts';
import { openTable, requireColumns, type Table } from '@sensorium/data';
import {
  chooseBackend,
  createParts,
  createPluginResolver,
  planModel,
  platform,
  readManifest,
  resolveManifest,
  type BackendReport,
  type Parts,
  type Plan,
} from '@sensorium/orchestrator';
import { learnOptions } from './learn.js';
import type { OnProgress } from './progress.js';

/** A manifest: a path, an URL, YAML text, or an object. */
export type ManifestSource = Parameters<typeof readManifest>[0];

export interface CheckOptions {
  /** Overrides, each `a.b=value`. */
  readonly set?: readonly string[];
  /** Instead of the manifest's. */
  readonly backend?: string | readonly string[];
  /** Folders or package.json files whose dependencies may be loaded as plugins. Default: the working directory. */
  readonly from?: readonly (string | URL)[];
  /** Plugins at hand. */
  readonly plugins?: readonly Plugin[];
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** Everything that is known before training starts. */
export interface Prepared {
  /** With what the training table taught. */
  readonly manifest: ResolvedManifest;
  readonly versions: Readonly<Record<string, string>>;
  readonly parts: Parts;
  readonly plan: Plan;
  readonly backend: Awaited<ReturnType<typeof chooseBackend>>;
  readonly tables: { readonly train: Table; readonly validation?: Table; readonly test?: Table };
}

/** Reads manifest and tables, learns what only data can tell, builds the graph, finds the backend. Trains nothing. */
export async function prepare(source: ManifestSource, options: CheckOptions): Promise<Prepared> {
  const { set, backend: wanted, from = [pathToFileURL(`${process.cwd()}/`)], plugins, onProgress, signal } = options;
  const read = await readManifest(source, { set: set ? [...set] : undefined });
  const resolver = createPluginResolver({ from, plugins });
  const resolution = await resolveManifest(read, resolver, { defaultBackends: platform.defaultBackends });
  const folder = read.file ? dirname(read.file) : process.cwd();
  const tables = await openTables(resolution.manifest, folder, signal);
  const backend = await chooseBackend(platform, wanted === undefined ? resolution.manifest.backend : [wanted].flat());
  const manifest = await learnOptions(resolution.manifest, {
    table: tables.train,
    plugins: resolution.parts,
    platform,
    onProgress,
    signal,
  });
  const parts = createParts(manifest, resolution.parts);
  return { manifest, versions: resolution.versions, parts, plan: planModel(manifest, parts), backend, tables };
}

/** Reads the manifest and the training table, and checks the whole model's shapes, without training. */
export async function check(
  source: ManifestSource,
  options: CheckOptions = {},
): Promise<{ plan: Plan; backend: BackendReport; manifest: ResolvedManifest }> {
  const { plan, backend, manifest } = await prepare(source, options);
  return { plan, manifest, backend: reportOf(backend) };
}

export const reportOf = ({ backend, passedOver }: BackendReport): BackendReport => ({ backend, passedOver });

async function openTables(
  manifest: ResolvedManifest,
  folder: string,
  signal?: AbortSignal,
): Promise<Prepared['tables']> {
  const { train, validation, test } = manifest.data;
  if (!train) {
    throw new SensoriumError({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message: 'the manifest names no training table',
      hint: 'Add  data: { train: train.csv }  with a column for each input and head.',
    });
  }
  const open = async (path: string): Promise<Table> => {
    const table = await openTable(resolve(folder, path), { signal });
    requireColumns(table, columnsOf(manifest));
    return table;
  };
  return {
    train: await open(train),
    ...(validation && { validation: await open(validation) }),
    ...(test && { test: await open(test) }),
  };
}

/** The columns that a table must have: one for each input and head. */
export function columnsOf({ inputs, heads }: ResolvedManifest): string[] {
  return [...Object.values(inputs), ...Object.values(heads)].map(({ column }) => column);
}
