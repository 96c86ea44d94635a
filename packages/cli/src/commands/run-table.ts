import { dirname, resolve } from 'node:path';
import type { Modality, Prediction } from '@sensorium/contracts';
import type { Row, Table } from '@sensorium/data';
import type { Pipeline } from '@sensorium/orchestrator';
import { explain } from '../failure.js';
import { inOrder } from '../in-order.js';
import { interruptible } from '../interrupt.js';
import { modelFolder, pluginFolders } from '../places.js';
import type { Result } from '../result.js';
import { formatBackend } from '../terminal/backend.js';
import { progressView } from '../terminal/progress.js';
import { duration, plural } from '../terminal/units.js';

/** Rows that are decoded and wait for the engine at the same time. */
const CONCURRENCY = 32;
/** Errors that are shown; the file has them all. */
const SHOWN_ERRORS = 5;

export interface RunTableOptions {
  readonly model: string;
  readonly data: string;
  readonly out: string;
  readonly backend?: readonly string[];
}

/** A line of the output. */
interface Line {
  /** From 1; the table's header does not count. */
  readonly row: number;
  readonly predictions?: Readonly<Record<string, Prediction>>;
  readonly notes?: readonly { readonly input: string; readonly note: string }[];
  readonly error?: Readonly<Record<string, unknown>>;
}

interface InputColumn {
  readonly input: string;
  readonly column: string;
  readonly modality: Modality;
}

/** Every row of a table → a line of a JSON Lines file. A row that fails gets a line that says why. */
export async function runTable(options: RunTableOptions): Promise<Result> {
  const { model, data, out, backend: wanted } = options;
  const { openTable, requireColumns } = await import('@sensorium/data');
  const { loadPipeline } = await import('@sensorium/orchestrator');
  const started = performance.now();
  return interruptible(async (signal) => {
    const table = await openTable(data, { signal });
    const pipeline = await loadPipeline(await modelFolder(model), {
      backend: wanted,
      from: pluginFolders(),
      session: { isolate: true },
    });
    try {
      const { inputs } = pipeline.manifest;
      const needed = Object.values(inputs).filter(({ missing }) => missing === 'error');
      requireColumns(
        table,
        needed.map(({ column }) => column),
      );
      const columns = await inputColumns(pipeline);
      const lines = inOrder(table.rows, CONCURRENCY, (row) =>
        answer(pipeline, sampleOf(row, columns, table), row, signal),
      );
      const { failed, noted, errors } = await writeLines(out, table.rows.length, lines);
      const seconds = (performance.now() - started) / 1000;
      const rows = table.rows.length;
      const summary =
        `${plural(rows, 'row')} in ${duration(seconds)} on ${formatBackend(pipeline.backend)} → ${out}\n` +
        (noted > 0 ? `${plural(noted, 'row')} with notes on the inputs; see "notes" in the file.\n` : '') +
        (failed > 0 ? `${plural(failed, 'row')} without an answer:\n${errors.join('\n')}` : 'Every row has an answer.');
      return {
        text: summary,
        json: { model, data, out, rows, failed, noted, seconds, backend: pipeline.backend },
        failed: failed > 0,
      };
    } finally {
      await pipeline.dispose();
    }
  });
}

async function inputColumns({ manifest }: Pipeline): Promise<InputColumn[]> {
  const { createPluginResolver } = await import('@sensorium/orchestrator');
  const resolver = createPluginResolver({ from: pluginFolders() });
  return Promise.all(
    Object.entries(manifest.inputs).map(async ([input, { column, encoder }]) => {
      const { plugin } = await resolver.resolve('encoder', encoder);
      return { input, column, modality: plugin.modality };
    }),
  );
}

/** Files of a table are relative to the table; URLs and texts are what they are. */
function sampleOf({ values }: Row, columns: readonly InputColumn[], { path }: Table): Record<string, string | null> {
  const folder = dirname(path);
  const sourceOf = (cell: string, modality: Modality): string =>
    modality === 'text' || /^[a-z][a-z+.-]+:/i.test(cell) ? cell : resolve(folder, cell);
  return Object.fromEntries(
    columns.map(({ input, column, modality }) => {
      const cell = values[column] ?? null;
      return [input, cell === null ? null : sourceOf(cell, modality)];
    }),
  );
}

async function answer(
  pipeline: Pipeline,
  sample: Record<string, string | null>,
  { number }: Row,
  signal: AbortSignal,
): Promise<Line> {
  const notes: { input: string; note: string }[] = [];
  try {
    const predictions = await pipeline.run(sample, { signal, onNote: (input, note) => notes.push({ input, note }) });
    return { row: number, predictions, ...(notes.length > 0 && { notes }) };
  } catch (error) {
    signal.throwIfAborted();
    return { row: number, error: (await explain(error)).json };
  }
}

async function writeLines(out: string, total: number, lines: AsyncIterable<Line>) {
  const { openAtomic } = await import('@sensorium/data');
  const view = progressView();
  const file = await openAtomic(out);
  const summary = { failed: 0, noted: 0, errors: [] as string[] };
  const encoder = new TextEncoder();
  let position = 0;
  try {
    for await (const line of lines) {
      const bytes = encoder.encode(`${JSON.stringify(line)}\n`);
      await file.write(bytes, position);
      position += bytes.length;
      if (line.notes) summary.noted++;
      if (line.error && summary.failed++ < SHOWN_ERRORS)
        summary.errors.push(`  row ${line.row}: ${String(line.error['message'])}`);
      view.report({ phase: 'test', done: line.row, total });
    }
    await file.commit();
    return summary;
  } finally {
    view.end();
    await file.dispose();
  }
}
