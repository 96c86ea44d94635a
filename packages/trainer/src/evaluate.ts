import { required, type Scores, type Warning } from '@sensorium/contracts';
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
import { dataColumns, type DataColumn } from './data/data-column.js';
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
import { requireComparable } from './robustness/comparable.js';
import { measureRobustness } from './robustness/measure.js';
import { against, type Robustness } from './robustness/robustness.js';
import { scoreModel } from './run/score-model.js';

export interface EvaluateOptions extends PluginOptions, FileOptions {
  /** The path of a table, from the working directory on, or rows in memory: a column for each input and head. */
  readonly data: string | readonly object[];
  /** Where to run, in order of preference. Default: what the model's manifest says. */
  readonly backend?: string | readonly string[];
  /** What each input contributes, in the mean over rows. Default: that is not asked. */
  readonly explain?: ExplainDataOptions;
  /** How answers hold where inputs are noisy or missing. Default: that is not measured. */
  readonly robustness?: boolean | RobustnessOptions;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

export interface RobustnessOptions {
  /** A late fusion of the same inputs and heads, which effective robustness compares with. */
  readonly baseline?: ModelSource;
}

export interface Evaluation {
  readonly rows: number;
  readonly seconds: number;
  readonly backend: BackendReport;
  /** Of each head that has a meter. */
  readonly scores: Readonly<Record<string, Scores>>;
  /** Where it was asked for. */
  readonly explanation?: DataExplanation;
  /** Where it was asked for. */
  readonly robustness?: Robustness;
  /** What of the table the model does not see as it stands: texts that are cut, words that it does not know. */
  readonly warnings: readonly Warning[];
  /** Rows that cannot be read, where the model's manifest says to leave them out. */
  readonly skipped?: Skipped;
}

/** `evaluate` of one host. */
export function createEvaluate(host: Host) {
  return async function evaluate(model: ModelSource, options: EvaluateOptions): Promise<Evaluation> {
    requireData((options as Partial<EvaluateOptions> | undefined)?.data);
    return stoppable(options.signal, () => scoreAgainst(host, model, options));
  };
}

/** Scores a model, and the baseline that it is compared with under the same noise. */
async function scoreAgainst(host: Host, model: ModelSource, options: EvaluateOptions): Promise<Evaluation> {
  const { robustness: asked } = options;
  const baseline = typeof asked === 'object' ? asked.baseline : undefined;
  if (baseline === undefined) return score(host, model, options);
  await requireComparable(host.platform, model, baseline);
  const evaluation = await score(host, model, options);
  if (!evaluation.robustness) return evaluation;
  const { robustness } = await score(host, baseline, { ...options, robustness: true, explain: undefined });
  return {
    ...evaluation,
    robustness: against(evaluation.robustness, required(robustness, 'the baseline’s robustness')),
  };
}

async function score(host: Host, source: ModelSource, options: EvaluateOptions): Promise<Evaluation> {
  const { backend, from = host.from, plugins, packages, onProgress, signal } = options;
  const places = { from, plugins, packages };
  const started = performance.now();
  const model = await openModel(host.platform, source, { backend, ...places, session: { isolate: true } });
  const { manifest, parts, session } = model;
  try {
    const { dataset, columns, warnings } = await openData(host, model, options, createPluginResolver(places));
    try {
      const samples = dataset.everything;
      const reading = readingOf({ test: samples });
      const finished = { parts, session, noise: manifest.built.noise, random: createRandom(0, 'answers') };
      const found = await scoreModel(finished, samples, { phase: 'test', onProgress, signal });
      const { explain, cache = host.cache() } = options;
      const explanation =
        explain && (await explainData(model, host.platform, samples, { ...explain, cache, onProgress, signal }));
      const robustness =
        options.robustness && found
          ? await measureRobustness(finished, samples, { columns, scores: found.scores, onProgress, signal })
          : undefined;
      const seconds = (performance.now() - started) / 1000;
      return {
        rows: samples.rows.length,
        seconds,
        backend: model.backend,
        scores: found ? found.scores : {},
        ...(explanation && { explanation }),
        ...(robustness && { robustness }),
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

interface OpenData {
  readonly dataset: Dataset;
  /** Of the inputs. */
  readonly columns: readonly DataColumn[];
  readonly warnings: readonly Warning[];
}

async function openData(
  host: Host,
  { manifest, parts }: OpenModel,
  options: EvaluateOptions,
  resolver: PluginResolver,
): Promise<OpenData> {
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
  const dataset = await Dataset.open(table, columns, { ...options, cache: kept });
  return { dataset, columns: columns.filter(({ isTarget }) => !isTarget), warnings };
}

/** Package → version, as they are now: what training had may have been another. */
async function installed(manifest: ModelManifest, resolver: PluginResolver): Promise<Record<string, string>> {
  const found = await Promise.all(partsOf(manifest).map(({ kind, use }) => resolver.resolve(kind, use)));
  return Object.fromEntries(found.flatMap(({ package: name, version }) => (version ? [[name, version]] : [])));
}
