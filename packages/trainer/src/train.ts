import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Scores } from '@sensorium/contracts';
import { makeDirectory } from '@sensorium/data';
import {
  exportModel,
  MODEL_FILE,
  platform,
  type BackendReport,
  type ModelManifest,
  type Plan,
} from '@sensorium/orchestrator';
import { requirePath, stoppable } from './calls.js';
import { loadCheckpoint } from './checkpoint.js';
import { Dataset, type Samples } from './dataset.js';
import { pickExamples } from './examples.js';
import { fit, type Fitted } from './fit.js';
import { FolderLock } from './folder-lock.js';
import { CHECKPOINT_FILE, keepCheckpoint, removeUnfinished, writeResult } from './folder.js';
import type { Example, Metrics } from './metrics.js';
import { prepare, reportOf, type CheckOptions, type ManifestSource, type Prepared } from './prepare.js';
import { scoreRows } from './score.js';
import { startReport, type StartReport } from './start.js';
import type { LabelledTable } from './table.js';

export interface TrainOptions extends CheckOptions {
  /** The model's folder; made if it is not there. */
  readonly out: string;
  /** Go on from the checkpoint in `out`. Default false. */
  readonly resume?: boolean;
  /** Hears what the caller should know although nothing is wrong. */
  readonly onNote?: (note: string) => void;
  /** Hears what will be trained, before it is. */
  onPlan?(plan: Plan, backend: BackendReport, start?: StartReport): void;
}

export interface Trained {
  readonly folder: string;
  readonly metrics: Metrics;
  readonly manifest: ModelManifest;
}

/**
 * Trains what a manifest describes and writes the model's folder: model.onnx, manifest.json, metrics.json, report.html.
 * Until these are whole, a model that was there stays, and the folder has a checkpoint from which training can go on.
 *
 * Throws what `check` throws and all errors of media, with file and row; SENSORIUM_NOT_FINITE;
 * SENSORIUM_NOTHING_TO_RESUME; SENSORIUM_LOCKED where another training writes into the folder; SENSORIUM_DISK_FULL,
 * SENSORIUM_NO_PERMISSION, SENSORIUM_IO; SENSORIUM_USAGE without `out`; and the signal's reason.
 */
export async function train(source: ManifestSource, options: TrainOptions): Promise<Trained> {
  requirePath((options as Partial<TrainOptions> | undefined)?.out, 'out', "train('model.yaml', { out: 'model' })");
  const folder = resolve(options.out);
  return stoppable(options.signal, async () => {
    const lock = new FolderLock(folder);
    try {
      await lock.takeIfThere();
      return await trainInto(folder, lock, source, options);
    } finally {
      lock.release();
    }
  });
}

async function trainInto(
  folder: string,
  lock: FolderLock,
  source: ManifestSource,
  options: TrainOptions,
): Promise<Trained> {
  const begin = performance.now();
  const { resume = false, onProgress, signal } = options;
  const checkpointPath = join(folder, CHECKPOINT_FILE);
  const checkpoint = resume ? await loadCheckpoint(checkpointPath) : undefined;
  const prepared = await prepare(source, options);
  const { manifest, parts } = prepared;
  const started = prepared.start && startReport(prepared.start);
  options.onPlan?.(prepared.plan, reportOf(prepared.backend), started);
  await makeDirectory(folder);
  await lock.take();
  await removeUnfinished(folder);
  const kept = resume ? undefined : await keepCheckpoint(folder);
  if (kept) options.onNote?.(`the checkpoint of an unfinished training was here; it is kept as ${kept}`);
  for (const note of prepared.notes) options.onNote?.(note);
  const data = await openData(prepared, options);
  try {
    const backend = prepared.backend.use;
    const start = prepared.start?.weights ?? {};
    const fitted = await fit({
      ...data,
      manifest,
      parts,
      backend,
      start,
      checkpointPath,
      checkpoint,
      onProgress,
      signal,
    });
    const model = exportModel(parts, fitted.weights, manifest);
    const judged = await judge(model, prepared, data, options);
    const seconds = fitted.earlierSeconds + (performance.now() - begin) / 1000;
    const metrics = metricsOf(prepared, data, fitted, judged, seconds);
    onProgress?.({ phase: 'save', subject: MODEL_FILE, done: 0, total: 1 });
    const written = await writeResult(folder, { prepared, model, metrics, examples: judged.examples });
    await rm(checkpointPath, { force: true });
    onProgress?.({ phase: 'save', subject: MODEL_FILE, done: 1, total: 1 });
    return { folder, metrics, manifest: written };
  } finally {
    await data.dispose();
  }
}

interface Data {
  readonly train: Samples;
  readonly validation?: Samples;
  readonly test?: Samples;
  dispose(): Promise<void>;
}

async function openData(prepared: Prepared, { onProgress, signal }: TrainOptions): Promise<Data> {
  const { tables, split, parts, versions } = prepared;
  const opened: Dataset[] = [];
  const dispose = async (): Promise<void> => {
    await Promise.all(opened.map((dataset) => dataset.dispose()));
  };
  const open = async (labelled: LabelledTable): Promise<Dataset> => {
    const dataset = await Dataset.open({ labelled, parts, platform, versions, onProgress, signal });
    opened.push(dataset);
    return dataset;
  };
  try {
    const dataset = await open(tables.train);
    const held = split.held.length > 0 ? { dataset, rows: split.held } : undefined;
    return {
      train: { dataset, rows: split.train },
      validation: tables.validation ? (await open(tables.validation)).everything : held,
      test: tables.test && (await open(tables.test)).everything,
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

interface Judged {
  readonly validation?: Record<string, Scores>;
  readonly test?: Record<string, Scores>;
  readonly examples: readonly Example[];
}

/** Scores the final model. Nothing was chosen by the test table, and nothing is after this. */
async function judge(
  model: Uint8Array,
  { parts, backend }: Prepared,
  data: Data,
  { onProgress, signal }: TrainOptions,
): Promise<Judged> {
  const session = await backend.use.load(model, { isolate: true });
  const score = async (samples: Samples | undefined, phase: 'validate' | 'test') =>
    samples && scoreRows({ ...samples, parts, session, phase, onProgress, signal });
  try {
    const validation = await score(data.validation, 'validate');
    const test = await score(data.test, 'test');
    const [shown, samples] = test ? [test, data.test] : [validation, data.validation];
    const examples = shown && samples ? pickExamples({ parts, ...samples, outputs: shown.outputs }) : [];
    return { validation: validation?.scores, test: test?.scores, examples };
  } finally {
    await session.dispose();
  }
}

function metricsOf(
  { manifest, plan, start, backend }: Prepared,
  { train, validation, test }: Data,
  { bestEpoch, history }: Fitted,
  scores: Judged,
  seconds: number,
): Metrics {
  return {
    name: manifest.name,
    backend: backend.backend,
    seconds,
    rows: { train: train.rows.length, validation: validation?.rows.length ?? 0, test: test?.rows.length ?? 0 },
    parameters: plan.parameters,
    ...(start && { start: startReport(start) }),
    bestEpoch,
    history,
    ...(scores.validation && { validation: scores.validation }),
    ...(scores.test && { test: scores.test }),
  };
}
