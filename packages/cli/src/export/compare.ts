import type { Scores, Tensor } from '@sensorium/contracts';
import type { CompressedModel, ModelFolder, OpenModel } from '@sensorium/orchestrator';
import { pluginFolders } from '../places.js';
import { progressView } from '../terminal/progress.js';
import { prepareSamples, tableOfModel, type PreparedSamples } from './prepared-samples.js';

export interface Pair<T> {
  readonly before: T;
  readonly after: T;
}

/** How far numbers are from those before. */
export interface Distance {
  readonly largest: number;
  readonly mean: number;
}

/** What smaller weights change. */
export interface Comparison {
  /** Of all ONNX files. */
  readonly bytes: Pair<number>;
  readonly samples: number;
  /** The table that they are of; null where they are random numbers. */
  readonly table: string | null;
  /** By the names of outputs that are numbers. */
  readonly outputs: Readonly<Record<string, Distance>>;
  /** Of each head, the share of samples whose answer reads as before. */
  readonly same: Readonly<Record<string, number>>;
  /** Of one sample on one thread, the median. */
  readonly milliseconds: Pair<number>;
  /** On the whole table, where it has the right answers. */
  readonly scores?: Pair<Readonly<Record<string, Scores>>>;
}

export interface CompareOptions {
  readonly source: string | URL;
  readonly folder: ModelFolder;
  readonly compressed: CompressedModel;
  readonly data?: string;
  readonly signal: AbortSignal;
}

/** Runs a model and its compressed form side by side, on the processor. */
export async function compare({ source, folder, compressed, data, signal }: CompareOptions): Promise<Comparison> {
  const { openModel, platform } = await import('@sensorium/orchestrator');
  // The threads of one engine wait busily, and would take their time from the other.
  const options = { backend: 'cpu', from: await pluginFolders(), session: { threads: 1 } };
  const before = await openModel(platform, source, options);
  try {
    const after = await openModel(platform, compressed, options);
    try {
      const prepared = await prepareSamples(before, data ?? (await tableOfModel(before, source)));
      const found = await runBoth({ before, after }, prepared, signal);
      const scores =
        prepared.table === undefined
          ? undefined
          : await score({ before: source, after: compressed }, before, prepared.table, signal);
      const bytes = { before: await sizeOf(folder), after: sizeOfCompressed(compressed) };
      return { bytes, ...found, ...(scores && { scores }) };
    } finally {
      await after.session.dispose();
    }
  } finally {
    await before.session.dispose();
  }
}

async function sizeOf(folder: ModelFolder): Promise<number> {
  const files = await Promise.all(Object.keys(folder.manifest.built.files).map((file) => folder.read(file)));
  return files.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

const sizeOfCompressed = ({ model, files }: CompressedModel): number =>
  Object.values(files).reduce((sum, { byteLength }) => sum + byteLength, model.byteLength);

type Found = Pick<Comparison, 'samples' | 'table' | 'outputs' | 'same' | 'milliseconds'>;

async function runBoth(models: Pair<OpenModel>, prepared: PreparedSamples, signal: AbortSignal): Promise<Found> {
  const distances = new Map<string, { largest: number; sum: number; count: number }>();
  const same = new Map<string, number>();
  const times = { before: [] as number[], after: [] as number[] };
  const { samples, table = null } = prepared;
  for (const sample of samples) {
    signal.throwIfAborted();
    const before = await timed(models.before, sample, times.before);
    const after = await timed(models.after, sample, times.after);
    for (const [name, tensor] of Object.entries(before)) measure(distances, name, tensor, after[name]);
    for (const head of await unchanged(models, { before, after })) same.set(head, (same.get(head) ?? 0) + 1);
  }
  const heads = Object.entries(models.before.parts.heads).filter(([, { head }]) => head.decode !== undefined);
  return {
    samples: samples.length,
    table,
    outputs: Object.fromEntries(
      [...distances].map(([name, { largest, sum, count }]) => [name, { largest, mean: sum / count }]),
    ),
    same: Object.fromEntries(heads.map(([name]) => [name, (same.get(name) ?? 0) / samples.length])),
    milliseconds: { before: median(times.before), after: median(times.after) },
  };
}

type Outputs = Readonly<Record<string, Tensor>>;

async function timed({ session }: OpenModel, sample: Outputs, times: number[]): Promise<Outputs> {
  const started = performance.now();
  const outputs = await session.run(sample);
  times.push(performance.now() - started);
  return outputs;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

function measure(
  distances: Map<string, { largest: number; sum: number; count: number }>,
  name: string,
  { dtype, data }: Tensor,
  other: Tensor | undefined,
): void {
  if (!dtype.startsWith('float') || !other) return;
  const found = distances.get(name) ?? { largest: 0, sum: 0, count: 0 };
  data.forEach((value: number | bigint, index: number) => {
    const distance = Math.abs(Number(value) - Number(other.data[index]));
    found.largest = Math.max(found.largest, distance);
    found.sum += distance;
    found.count++;
  });
  distances.set(name, found);
}

/** The heads whose answer reads the same. */
async function unchanged(models: Pair<OpenModel>, outputs: Pair<Outputs>): Promise<string[]> {
  const { outputsOfHead } = await import('@sensorium/orchestrator');
  const answer = ({ parts }: OpenModel, name: string, all: Outputs): string | undefined =>
    parts.heads[name]?.head.decode?.(outputsOfHead(name, all))[0]?.text;
  return Object.keys(models.before.parts.heads).filter(
    (name) => answer(models.before, name, outputs.before) === answer(models.after, name, outputs.after),
  );
}

/** Undefined where the table does not have the right answers of every head. */
async function score(
  models: Pair<string | URL | CompressedModel>,
  { manifest }: OpenModel,
  table: string,
  signal: AbortSignal,
): Promise<Comparison['scores']> {
  const { streamTable } = await import('@sensorium/data');
  const { evaluate } = await import('@sensorium/trainer');
  const { columns } = await streamTable(table, { signal });
  const targets = Object.values(manifest.heads).flatMap(({ column }) => column ?? []);
  if (!targets.every((column) => columns.includes(column))) return undefined;
  const view = progressView();
  const options = { data: table, backend: 'cpu', from: await pluginFolders(), signal, onProgress: view.report };
  try {
    const before = await evaluate(models.before, options);
    const after = await evaluate(models.after, options);
    return { before: before.scores, after: after.scores };
  } finally {
    view.end();
  }
}
