import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SensoriumError, type Plugin, type ResolvedManifest } from '@sensorium/contracts';
import type { Split } from '@sensorium/data';
import type { Parameter } from '@sensorium/graph';
import {
  chooseBackend,
  createParts,
  createPluginResolver,
  inferenceModel,
  placeError,
  planModel,
  platform,
  readManifest,
  readPluginFiles,
  resolveManifest,
  type BackendReport,
  type Parts,
  type Plan,
  type ReadManifest,
} from '@sensorium/orchestrator';
import { stoppable } from './calls.js';
import { checkAdapters, unlearnedNotes } from './check-tuning.js';
import { learnOptions } from './learn.js';
import { lookAtMedia, type Look } from './look.js';
import { opened, placed } from './manifest-place.js';
import { rehearse, withTraining } from './rehearse.js';
import type { OnProgress } from './progress.js';
import type { Origin } from './relocate.js';
import { splitTable } from './split.js';
import { readStart, startReport, type Start, type StartReport } from './start.js';
import { stepSizeNotes, stepSizeOf } from './step-size.js';
import { labelTable, readTable, type LabelledTable, type TableFile } from './table.js';
import { tuningsOf } from './tuning.js';

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

interface Tables<T> {
  readonly train: T;
  readonly validation?: T;
  readonly test?: T;
}

/** Everything that is known before training starts. */
export interface Prepared {
  /** With what the training table taught. */
  readonly manifest: ResolvedManifest;
  readonly versions: Readonly<Record<string, string>>;
  readonly parts: Parts;
  readonly plan: Plan;
  /** What the caller should know although nothing is wrong. */
  readonly notes: readonly string[];
  /** Weights to start from, where `data.weights` names any. */
  readonly start?: Start;
  readonly backend: Awaited<ReturnType<typeof chooseBackend>>;
  readonly tables: Tables<LabelledTable>;
  /** Where the manifest's paths start. */
  readonly origin: Origin;
  /** Rows of the training table; none are held out where there is a table for validation. */
  readonly split: Split;
}

export const workingDirectory = (): URL => pathToFileURL(`${process.cwd()}/`);

/** Reads manifest and tables, learns what only data can tell, builds the graph, finds the backend. Trains nothing. */
export async function prepare(source: ManifestSource, options: CheckOptions): Promise<Prepared> {
  const { set, backend: wanted, from = [workingDirectory()], plugins, onProgress, signal } = options;
  const read = await readManifest(source, { set });
  const resolver = createPluginResolver({ from, plugins });
  const resolution = await resolveManifest(read, resolver, { defaultBackends: platform.defaultBackends });
  checkTraining(resolution.manifest, read.locate);
  const tableFiles = await readTables(resolution.manifest, read, signal);
  const files = await placed(read, () => readPluginFiles(resolution, folderOf(read), platform, signal));
  const backend = await findBackend(wanted, resolution.manifest, read);
  const { table } = tableFiles.train;
  const learning = { table, plugins: resolution.parts, files, platform, read, onProgress, signal };
  const manifest = await learnOptions(resolution.manifest, learning);
  const { parts, plan, model } = await placed(read, () => {
    const made = createParts(manifest, resolution.parts, files);
    return { parts: made, plan: planModel(manifest, made), model: inferenceModel(made) };
  });
  const start = await findStart(manifest, read, model.parameters);
  const weights = start?.weights ?? {};
  // Patterns that fit nothing are found here, before anything is prepared.
  await placed(read, () => {
    tuningsOf(manifest, model.parameters, weights);
    checkAdapters(manifest, model, weights);
  });
  const tables = mapTables(tableFiles, (file) => labelTable(file, parts));
  const { training } = manifest;
  const share = tables.validation ? 0 : training.validation;
  const split = splitTable(tables.train.table, parts, share, training.seed);
  // What cannot be trained is found here, too.
  const rows = split.train.length;
  const program = await placed(read, () => rehearse({ manifest, parts, backend: backend.use, start: weights }, rows));
  return {
    manifest,
    versions: resolution.versions,
    parts,
    plan: withTraining(plan, program),
    notes: [...unlearnedNotes(manifest, model), ...stepSizeNotes(training, stepSizeOf(training, rows), rows)],
    start,
    backend,
    tables,
    origin: { folder: folderOf(read), files: new Set(files.keys()) },
    split,
  };
}

/** What is known of a training before it. */
export interface Checked {
  readonly plan: Plan;
  readonly backend: BackendReport;
  readonly manifest: ResolvedManifest;
  readonly start?: StartReport;
  readonly media: readonly Look[];
  /** What the caller should know although nothing is wrong. */
  readonly notes: readonly string[];
}

/**
 * Reads the manifest and the tables, builds the program that would be trained, checks all rows' labels, looks for the files
 * of the first 10,000 rows and decodes the first 4, without training. Throws all errors of manifests, plugins, tables and
 * backends, those of the media that were decoded, and the signal's reason.
 */
export async function check(source: ManifestSource, options: CheckOptions = {}): Promise<Checked> {
  const { signal } = options;
  return stoppable(signal, async () => {
    const { plan, backend, manifest, start, parts, tables, notes } = await prepare(source, options);
    const media = await lookAtMedia(
      mapTables(tables, ({ table }) => table),
      parts,
      { platform, signal },
    );
    return { plan, manifest, backend: reportOf(backend), ...(start && { start: startReport(start) }), media, notes };
  });
}

export const reportOf = ({ backend, passedOver }: BackendReport): BackendReport => ({ backend, passedOver });

/** What the schema cannot say: options that would be without effect, or with a wrong one. */
function checkTraining({ inputs, training, data }: ResolvedManifest, locate: ReadManifest['locate']): void {
  const invalid = (path: readonly string[], message: string, hint: string): SensoriumError =>
    new SensoriumError({ code: 'SENSORIUM_MANIFEST_INVALID', message, hint, location: locate([...path]) });
  for (const [name, { missing, modalityDropout }] of Object.entries(inputs)) {
    if (modalityDropout === 0 || missing !== 'error') continue;
    throw invalid(
      ['inputs', name, 'modalityDropout'],
      `the input "${name}" may not be missing, so training must not leave it out`,
      'Set "missing" to skip or learned, or modalityDropout to 0.',
    );
  }
  if (training.patience !== null && training.validation === 0 && !data.validation) {
    throw invalid(
      ['training', 'patience'],
      'patience waits for a better validation score, and there is nothing to validate on',
      'Name a table in data.validation, set training.validation, or leave patience out.',
    );
  }
}

function findBackend(
  wanted: CheckOptions['backend'],
  { backend }: ResolvedManifest,
  read: ReadManifest,
): Promise<Prepared['backend']> {
  if (wanted !== undefined) return chooseBackend(platform, [wanted].flat());
  return chooseBackend(platform, backend).catch((error: unknown) => {
    throw placeError(error, read, 'backend');
  });
}

async function findStart(
  { data: { weights } }: ResolvedManifest,
  read: ReadManifest,
  parameters: readonly Parameter[],
): Promise<Start | undefined> {
  if (weights === undefined) return undefined;
  return opened(read, 'data.weights', () => readStart(resolve(folderOf(read), weights), parameters));
}

/** What the manifest's paths are relative to. */
const folderOf = ({ file }: ReadManifest): string => (file ? dirname(file) : process.cwd());

async function readTables(
  manifest: ResolvedManifest,
  read: ReadManifest,
  signal: AbortSignal | undefined,
): Promise<Tables<TableFile>> {
  const { train, validation, test } = manifest.data;
  if (!train) {
    throw new SensoriumError({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message: 'the manifest names no training table',
      hint: 'Add  data: { train: train.csv }  with a column for each input and head.',
      location: read.locate(['data']),
    });
  }
  const open = (name: keyof Tables<string>, path: string): Promise<TableFile> =>
    opened(read, `data.${name}`, () => readTable(resolve(folderOf(read), path), manifest, signal, read));
  return {
    train: await open('train', train),
    ...(validation && { validation: await open('validation', validation) }),
    ...(test && { test: await open('test', test) }),
  };
}

function mapTables<T, R>({ train, validation, test }: Tables<T>, map: (table: T) => R): Tables<R> & Record<string, R> {
  return {
    train: map(train),
    ...(validation && { validation: map(validation) }),
    ...(test && { test: map(test) }),
  };
}
