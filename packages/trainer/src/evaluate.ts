import type { Plugin, Scores } from '@sensorium/contracts';
import {
  createPluginResolver,
  openModel,
  platform,
  type BackendReport,
  type ModelManifest,
} from '@sensorium/orchestrator';
import { requirePath, stoppable } from './calls.js';
import { Dataset } from './dataset.js';
import { workingDirectory } from './prepare.js';
import type { OnProgress } from './progress.js';
import { scoreRows } from './score.js';
import { labelTable, readTable } from './table.js';

export interface EvaluateOptions {
  /** The table: a column for each input and head. */
  readonly data: string;
  /** Where to run, in order of preference. Default: what the model's manifest says. */
  readonly backend?: string | readonly string[];
  /** Folders or package.json files whose dependencies may be loaded as plugins. Default: the working directory. */
  readonly from?: readonly (string | URL)[];
  /** Plugins at hand. */
  readonly plugins?: readonly Plugin[];
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

export interface Evaluation {
  readonly rows: number;
  readonly seconds: number;
  readonly backend: BackendReport;
  /** Of each head. */
  readonly scores: Readonly<Record<string, Scores>>;
}

/**
 * Scores a trained model on a table. Throws what loading a model and reading a table throw; SENSORIUM_UNSEEN_LABEL;
 * SENSORIUM_USAGE without `data`; and the signal's reason.
 */
export async function evaluate(folder: string | URL, options: EvaluateOptions): Promise<Evaluation> {
  const data: unknown = (options as Partial<EvaluateOptions> | undefined)?.data;
  requirePath(data, 'data', "evaluate('model', { data: 'test.csv' })");
  return stoppable(options.signal, () => score(folder, options));
}

async function score(folder: string | URL, options: EvaluateOptions): Promise<Evaluation> {
  const { data, backend, from = [workingDirectory()], plugins, onProgress, signal } = options;
  const started = performance.now();
  const model = await openModel(platform, folder, { backend, from, plugins, session: { isolate: true } });
  const { manifest, parts, session } = model;
  try {
    const labelled = labelTable(await readTable(data, manifest, signal), parts);
    const versions = await installedEncoders(manifest, { from, plugins });
    const dataset = await Dataset.open({ labelled, parts, platform, versions, onProgress, signal });
    try {
      const everything = dataset.everything;
      const { scores } = await scoreRows({ ...everything, parts, session, phase: 'test', onProgress, signal });
      const seconds = (performance.now() - started) / 1000;
      return { rows: everything.rows.length, seconds, backend: model.backend, scores };
    } finally {
      await dataset.dispose();
    }
  } finally {
    await session.dispose();
  }
}

/** Package → version, as they are now: what training had may have been another. */
async function installedEncoders(
  { inputs }: ModelManifest,
  places: Pick<EvaluateOptions, 'from' | 'plugins'>,
): Promise<Record<string, string>> {
  const resolver = createPluginResolver(places);
  const found = await Promise.all(Object.values(inputs).map(({ encoder }) => resolver.resolve('encoder', encoder)));
  return Object.fromEntries(found.flatMap(({ package: name, version }) => (version ? [[name, version]] : [])));
}
