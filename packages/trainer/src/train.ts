import { join, resolve } from 'node:path';
import type { Scores, Tensor } from '@sensorium/contracts';
import { hashBytes, hashFile, makeDirectory, splitRows, writeFileAtomic } from '@sensorium/data';
import {
  exportModel,
  formatPlan,
  MANIFEST_FILE,
  MODEL_FILE,
  platform,
  type BackendReport,
  type ModelManifest,
  type Plan,
} from '@sensorium/orchestrator';
import { Dataset } from './dataset.js';
import { pickExamples } from './examples.js';
import { fit, type Fitted } from './fit.js';
import { groupsOf } from './groups.js';
import type { Example, Metrics } from './metrics.js';
import { prepare, reportOf, type CheckOptions, type ManifestSource, type Prepared } from './prepare.js';
import { renderReport } from './report/index.js';
import { scoreRows } from './score.js';

export interface TrainOptions extends CheckOptions {
  /** The model's folder; made if it is not there. */
  readonly out: string;
  /** Go on from the checkpoint in `out`. Default false. */
  readonly resume?: boolean;
  /** Hears what will be trained, before it is. */
  onPlan?(plan: Plan, backend: BackendReport): void;
}

export interface Trained {
  readonly folder: string;
  readonly metrics: Metrics;
  readonly manifest: ModelManifest;
}

export const CHECKPOINT_FILE = 'checkpoint.safetensors';
export const METRICS_FILE = 'metrics.json';
export const REPORT_FILE = 'report.html';

/**
 * Trains what a manifest describes and writes the model's folder: model.onnx, manifest.json, metrics.json, report.html,
 * and the checkpoint from which it can go on. All errors of `check` and `fit`, SENSORIUM_DISK_FULL, SENSORIUM_NO_PERMISSION.
 */
export async function train(source: ManifestSource, options: TrainOptions): Promise<Trained> {
  const started = performance.now();
  const folder = resolve(options.out);
  const prepared = await prepare(source, options);
  options.onPlan?.(prepared.plan, reportOf(prepared.backend));
  await makeDirectory(folder);
  const data = await openData(prepared, options);
  try {
    const hashes = await hashTables(prepared);
    const identity = hashBytes(JSON.stringify([prepared.manifest, prepared.versions, hashes]));
    const fitted = await fit({
      manifest: prepared.manifest,
      parts: prepared.parts,
      dataset: data.train,
      trainRows: data.trainRows,
      validation: data.validation,
      backend: prepared.backend.use,
      checkpoint: { path: join(folder, CHECKPOINT_FILE), identity, resume: options.resume ?? false },
      onProgress: options.onProgress,
      signal: options.signal,
    });
    const results = await judge(prepared, data, fitted, options);
    const metrics = metricsOf(prepared, data, fitted, results, (performance.now() - started) / 1000);
    const manifest = await writeFolder(folder, prepared, fitted.weights, hashes, metrics, results.examples);
    return { folder, metrics, manifest };
  } finally {
    await data.dispose();
  }
}

interface Part {
  readonly dataset: Dataset;
  readonly rows: Uint32Array;
}

interface Data {
  readonly train: Dataset;
  readonly trainRows: Uint32Array;
  readonly validation?: Part;
  readonly test?: Part;
  dispose(): Promise<void>;
}

async function openData(
  { manifest, parts, versions, tables }: Prepared,
  { onProgress, signal }: TrainOptions,
): Promise<Data> {
  const opened: Dataset[] = [];
  const dispose = async (): Promise<void> => {
    await Promise.all(opened.map((dataset) => dataset.dispose()));
  };
  const open = async (table: Prepared['tables']['train']): Promise<Dataset> => {
    const dataset = await Dataset.open({ table, parts, platform, versions, onProgress, signal });
    opened.push(dataset);
    return dataset;
  };
  const whole = (dataset: Dataset): Part => ({
    dataset,
    rows: Uint32Array.from({ length: dataset.size }, (_, row) => row),
  });
  try {
    const train = await open(tables.train);
    const share = tables.validation ? 0 : manifest.training.validation;
    const split = splitRows(train.size, share, manifest.training.seed, groupsOf(tables.train, parts));
    const held = split.held.length > 0 ? { dataset: train, rows: split.held } : undefined;
    return {
      train,
      trainRows: split.train,
      validation: tables.validation ? whole(await open(tables.validation)) : held,
      test: tables.test ? whole(await open(tables.test)) : undefined,
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

interface Results {
  readonly validation?: Record<string, Scores>;
  readonly test?: Record<string, Scores>;
  readonly examples: readonly Example[];
}

/** Scores the final weights; the test table is read here and nowhere else. */
async function judge(prepared: Prepared, data: Data, { weights }: Fitted, options: TrainOptions): Promise<Results> {
  const { parts, manifest, backend } = prepared;
  const session = await backend.use.load(exportModel(parts, weights, manifest), { isolate: true });
  const score = async (part: Part | undefined, phase: 'validate' | 'test') =>
    part && scoreRows({ ...part, parts, session, phase, onProgress: options.onProgress, signal: options.signal });
  try {
    const validation = await score(data.validation, 'validate');
    const test = await score(data.test, 'test');
    const [shown, part] = test ? [test, data.test] : [validation, data.validation];
    const examples = shown && part ? pickExamples({ parts, ...part, outputs: shown.outputs }) : [];
    return { validation: validation?.scores, test: test?.scores, examples };
  } finally {
    await session.dispose();
  }
}

function metricsOf(
  { manifest, plan, backend }: Prepared,
  data: Data,
  fitted: Fitted,
  results: Results,
  seconds: number,
): Metrics {
  const { validation, test } = results;
  return {
    name: manifest.name,
    backend: backend.backend,
    seconds,
    rows: {
      train: data.trainRows.length,
      validation: data.validation?.rows.length ?? 0,
      test: data.test?.rows.length ?? 0,
    },
    parameters: plan.parameters,
    bestEpoch: fitted.bestEpoch,
    history: fitted.history,
    ...(validation && { validation }),
    ...(test && { test }),
  };
}

async function hashTables({ tables }: Prepared): Promise<Record<string, string>> {
  const entries = Object.entries(tables).map(async ([name, table]) => [name, await hashFile(table.path)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** The manifest is written last: a folder that has one is whole. */
async function writeFolder(
  folder: string,
  { manifest, versions, parts, plan, backend }: Prepared,
  weights: Readonly<Record<string, Tensor>>,
  data: Readonly<Record<string, string>>,
  metrics: Metrics,
  examples: readonly Example[],
): Promise<ModelManifest> {
  const model = exportModel(parts, weights, manifest);
  const built = { packages: versions, files: { [MODEL_FILE]: hashBytes(model) }, data };
  const full: ModelManifest = { ...manifest, built };
  const text = `${JSON.stringify(full, null, 2)}\n`;
  await writeFileAtomic(join(folder, MODEL_FILE), model);
  await writeFileAtomic(join(folder, METRICS_FILE), `${JSON.stringify(metrics, null, 2)}\n`);
  const planText = formatPlan(plan, backend.backend);
  await writeFileAtomic(
    join(folder, REPORT_FILE),
    await renderReport({ metrics, examples, plan: planText, manifestText: text }),
  );
  await writeFileAtomic(join(folder, MANIFEST_FILE), text);
  return full;
}
