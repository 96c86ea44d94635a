import { warnOfVersions } from '../terminal/versions.js';
import { dirname, resolve } from 'node:path';
import type { Modality, Prediction, ResolvedManifest } from '@sensorium/contracts';
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
export async function runTable({ model, data, out, backend: wanted }: RunTableOptions): Promise<Result> {
  const { openTable } = await import('@sensorium/data');
  const { loadPipeline } = await import('@sensorium/orchestrator');
  const started = performance.now();
  return interruptible(async (signal) => {
    const table = await openTable(data, { signal });
    const from = pluginFolders();
    const pipeline = await loadPipeline(await modelFolder(model), {
      backend: wanted,
      from,
      session: { isolate: true },
    });
    try {
      const columns = await inputColumns(pipeline.manifest, table);
      const lines = inOrder(table.rows, CONCURRENCY, (row) =>
        answer(pipeline, sampleOf(row, columns, table), row, signal),
      );
      const written = await writeLines(out, table.rows.length, lines);
      const seconds = (performance.now() - started) / 1000;
      const { failed, noted } = written;
      const { backend, otherVersions } = pipeline;
      warnOfVersions(otherVersions);
      return {
        text: `${plural(written.rows, 'row')} in ${duration(seconds)} on ${formatBackend(backend)} → ${out}${formatTroubles(written)}`,
        json: { model, data, out, rows: written.rows, failed, noted, seconds, backend, otherVersions },
        failed: failed > 0,
      };
    } finally {
      await pipeline.dispose();
    }
  });
}

/** Throws SENSORIUM_MISSING_COLUMN; the columns of inputs that may be missing may be missing too. */
async function inputColumns({ inputs }: ResolvedManifest, table: Table): Promise<InputColumn[]> {
  const { requireColumns } = await import('@sensorium/data');
  const { createPluginResolver } = await import('@sensorium/orchestrator');
  const needed = Object.values(inputs).filter(({ missing }) => missing === 'error');
  requireColumns(
    table,
    needed.map(({ column }) => column),
  );
  const resolver = createPluginResolver({ from: pluginFolders() });
  return Promise.all(
    Object.entries(inputs).map(async ([input, { column, encoder }]) => {
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
    signal.throwIfAborted();
    const predictions = await pipeline.run(sample, { onNote: (input, note) => notes.push({ input, note }) });
    return { row: number, predictions, ...(notes.length > 0 && { notes }) };
  } catch (error) {
    signal.throwIfAborted();
    return { row: number, error: (await explain(error)).json };
  }
}

interface Written {
  readonly rows: number;
  /** Rows without an answer. */
  failed: number;
  /** Rows of whose inputs something was changed. */
  noted: number;
  readonly firstErrors: string[];
}

async function writeLines(out: string, rows: number, lines: AsyncIterable<Line>): Promise<Written> {
  const { openAtomic } = await import('@sensorium/data');
  const written: Written = { rows, failed: 0, noted: 0, firstErrors: [] };
  const encoder = new TextEncoder();
  const started = performance.now();
  const view = progressView();
  const file = await openAtomic(out);
  let position = 0;
  try {
    for await (const line of lines) {
      const bytes = encoder.encode(`${JSON.stringify(line)}\n`);
      await file.write(bytes, position);
      position += bytes.length;
      count(line, written);
      const pace = (performance.now() - started) / 1000 / line.row;
      view.report({ phase: 'answer', done: line.row, total: rows, secondsLeft: pace * (rows - line.row) });
    }
    await file.commit();
    return written;
  } finally {
    view.end();
    await file.dispose();
  }
}

function count({ row, notes, error }: Line, written: Written): void {
  if (notes) written.noted++;
  if (!error) return;
  written.failed++;
  if (written.firstErrors.length < SHOWN_ERRORS) written.firstErrors.push(`row ${row}: ${String(error['message'])}`);
}

function formatTroubles({ failed, noted, firstErrors }: Written): string {
  const more = failed - firstErrors.length;
  const lines = [
    noted > 0 ? `${plural(noted, 'row')} with notes on what was done to the inputs` : '',
    failed > 0 ? `${plural(failed, 'row')} without an answer:` : '',
    ...firstErrors.map((error) => `  ${error}`),
    more > 0 ? `  and ${more} more, all in the file` : '',
  ];
  return lines
    .filter(Boolean)
    .map((line) => `\n${line}`)
    .join('');
}
