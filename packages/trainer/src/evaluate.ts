import { pathToFileURL } from 'node:url';
import type { Plugin, Scores } from '@sensorium/contracts';
import { openTable, requireColumns } from '@sensorium/data';
import { openModel, platform, type BackendReport } from '@sensorium/orchestrator';
import { Dataset } from './dataset.js';
import { columnsOf, reportOf } from './prepare.js';
import type { OnProgress } from './progress.js';
import { scoreRows } from './score.js';

export interface EvaluateOptions {
  /** The table: a column for each input and head. */
  readonly data: string;
  readonly backend?: string | readonly string[];
  readonly from?: readonly (string | URL)[];
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

/** Scores a trained model on a table. Throws what loading a model and reading a table throw, and SENSORIUM_UNSEEN_LABEL. */
export async function evaluate(folder: string | URL, options: EvaluateOptions): Promise<Evaluation> {
  const { data, backend, from = [pathToFileURL(`${process.cwd()}/`)], plugins, onProgress, signal } = options;
  const started = performance.now();
  const table = await openTable(data, { signal });
  const model = await openModel(platform, folder, { backend, from, plugins, session: { isolate: true } });
  try {
    const { manifest, parts, session } = model;
    requireColumns(table, columnsOf(manifest));
    const dataset = await Dataset.open({
      table,
      parts,
      platform,
      versions: manifest.built.packages,
      onProgress,
      signal,
    });
    try {
      const rows = Uint32Array.from({ length: dataset.size }, (_, row) => row);
      const { scores } = await scoreRows({ parts, session, dataset, rows, phase: 'test', onProgress, signal });
      const seconds = (performance.now() - started) / 1000;
      return { rows: rows.length, seconds, backend: reportOf(model.backend), scores };
    } finally {
      await dataset.dispose();
    }
  } finally {
    await model.session.dispose();
  }
}
