import type { Scores, Warning } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import {
  createPluginResolver,
  openModel,
  partsOf,
  type BackendReport,
  type ModelManifest,
  type ModelSource,
  type OpenModel,
  type PluginResolver,
} from '@sensorium/orchestrator';
import { requireData, stoppable } from './calls.js';
import { Cache } from './data/cache.js';
import { namesOf } from './data/cell.js';
import { checkTargets, requireCells } from './data/check-cells.js';
import { chosenOrigin } from './data/chosen-origin.js';
import { dataColumns } from './data/data-column.js';
import { Dataset } from './data/dataset.js';
import type { OpenTable } from './data/open-table.js';
import { readingOf } from './data/reading.js';
import type { Skipped } from './data/skipped.js';
import { warningsOfInputs } from './data/survey.js';
import { readersOf, readTable, requireReaders, rowsAsTable } from './data/table.js';
import { explainData, type DataExplanation, type ExplainDataOptions } from './explain/explain-data.js';
import type { Host } from './host.js';
import type { FileOptions, PluginOptions } from './plan/options.js';
import type { OnProgress } from './progress.js';
import { scoreModel } from './run/score-model.js';

export interface EvaluateOptions extends PluginOptions, FileOptions {
  /** The path of a table, from the working directory on, or rows in memory: a column for each input and head. */
  readonly data: string | readonly object[];
  /** Where to run, in order of preference. Default: what the model's manifest says. */
  readonly backend?: string | readonly string[];
  /** What each input contributes, in the mean over rows. Default: that is not asked. */
  readonly explain?: ExplainDataOptions;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

export interface Evaluation {
  readonly rows: number;
  readonly seconds: number;
  readonly backend: BackendReport;
  /** Of each head that has a meter. */
  readonly scores: Readonly<Record<string, Scores>>;
  /** Where it was asked for. */
  readonly explanation?: DataExplanation;
  /** What of the table the model does not see as it stands: texts that are cut, words that it does not know. */
  readonly warnings: readonly Warning[];
  /** Rows that cannot be read, where the model's manifest says to leave them out. */
  readonly skipped?: Skipped;
}

/** `evaluate` of one host. */
export function createEvaluate(host: Host) {
  return async function evaluate(model: ModelSource, options: EvaluateOptions): Promise<Evaluation> {
    requireData((options as Partial<EvaluateOptions> | undefined)?.data);
    return stoppable(options.signal, () => score(host, model, options));
  };
}

async function score(host: Host, source: ModelSource, options: EvaluateOptions): Promise<Evaluation> {
  const { backend, from = host.from, plugins, packages, onProgress, signal } = options;
  const places = { from, plugins, packages };
  const started = performance.now();
  const model = await openModel(host.platform, source, { backend, ...places, session: { isolate: true } });
  const { manifest, parts, session } = model;
  try {
    const { dataset, warnings } = await openData(host, model, options, createPluginResolver(places));
    try {
      const samples = dataset.everything;
      const reading = readingOf({ test: samples });
      const finished = { parts, session, noise: manifest.built.noise, random: createRandom(0, 'answers') };
      const found = await scoreModel(finished, samples, { phase: 'test', onProgress, signal });
      const { explain } = options;
      const explanation =
        explain && (await explainData(model, host.platform, samples, { ...explain, onProgress, signal }));
      const seconds = (performance.now() - started) / 1000;
      return {
        rows: samples.rows.length,
        seconds,
        backend: model.backend,
        scores: found ? found.scores : {},
        ...(explanation && { explanation }),
        warnings: [...warnings, ...reading.warnings],
        ...(reading.skipped?.['test'] && { skipped: reading.skipped['test'] }),
      };
    } finally {
      await dataset.dispose();
    }
  } finally {
    await session.dispose();
  }
}

async function openData(
  host: Host,
  { manifest, parts }: OpenModel,
  options: EvaluateOptions,
  resolver: PluginResolver,
): Promise<{ readonly dataset: Dataset; readonly warnings: readonly Warning[] }> {
  const { data, files, cache = host.cache(), signal } = options;
  const origin = files ? chosenOrigin(files, host.platform) : host.origin(undefined, cache);
  const readers = readersOf(manifest);
  const { onError } = manifest.data;
  const asked = { columns: readers.flatMap(namesOf), onError, signal };
  const table: OpenTable =
    typeof data === 'string' ? await readTable(data, origin, asked) : rowsAsTable(data, 'rows', origin, onError);
  requireReaders(table, readers);
  const columns = dataColumns({ manifest, parts, versions: await installed(manifest, resolver) });
  await requireCells(table, columns);
  await checkTargets(table, columns, signal);
  const warnings = await warningsOfInputs(table, columns, signal);
  const kept = new Cache(cache, (trouble) => warnings.push(trouble));
  return { dataset: await Dataset.open(table, columns, { ...options, cache: kept }), warnings };
}

/** Package → version, as they are now: what training had may have been another. */
async function installed(manifest: ModelManifest, resolver: PluginResolver): Promise<Record<string, string>> {
  const found = await Promise.all(partsOf(manifest).map(({ kind, use }) => resolver.resolve(kind, use)));
  return Object.fromEntries(found.flatMap(({ package: name, version }) => (version ? [[name, version]] : [])));
}
