import { basename, dirname, extname, join } from 'node:path';
import type { Prediction, ResolvedInput, ResolvedManifest, Source } from '@sensorium/contracts';
import type { Row, Table } from '@sensorium/data';
import type { Pipeline } from '@sensorium/orchestrator';
import { explain } from '../failure.js';
import { inOrder } from '../in-order.js';
import { interruptible } from '../interrupt.js';
import { extensionOf, predictionsToJson, type PredictionJson } from '../media.js';
import { modelFolder, pluginFolders } from '../places.js';
import type { Result } from '../result.js';
import { formatBackend } from '../terminal/backend.js';
import { progressView } from '../terminal/progress.js';
import { duration, plural } from '../terminal/units.js';
import { warnOfVersions } from '../terminal/versions.js';

/** Rows that are decoded and wait for the engine at the same time. */
const CONCURRENCY = 32;
/** Errors that are shown; the file has them all. */
const SHOWN_ERRORS = 5;

export interface RunTableOptions {
  readonly model: string;
  readonly data: string;
  readonly out: string;
  readonly seed?: number;
  readonly backend?: readonly string[];
}

/** A line of the output. */
interface Line {
  /** From 1; the table's header does not count. */
  readonly row: number;
  readonly predictions?: Readonly<Record<string, PredictionJson>>;
  readonly notes?: readonly { readonly input: string; readonly note: string }[];
  readonly error?: Readonly<Record<string, unknown>>;
}

/** Every row of a table → a line of a JSON Lines file. A row that fails gets a line that says why. */
export async function runTable({ model, data, out, seed, backend: wanted }: RunTableOptions): Promise<Result> {
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
      const inputs = await inputsOf(pipeline.manifest, table);
      const asked = { pipeline, table, inputs, out, seed, signal };
      const lines = inOrder(table.rows, CONCURRENCY, (row) => answer(row, asked));
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

type Inputs = readonly (readonly [name: string, settings: ResolvedInput])[];

/**
 * Those of which the table has the columns. Throws SENSORIUM_MISSING_COLUMN for one that the model cannot do without, and
 * where it has no column at all.
 */
async function inputsOf({ inputs }: ResolvedManifest, table: Table): Promise<Inputs> {
  const { requireColumns } = await import('@sensorium/data');
  const { namesOf } = await import('@sensorium/trainer');
  const all = Object.entries(inputs);
  const isThere = ([, settings]: Inputs[number]): boolean =>
    namesOf(settings).every((name) => table.columns.includes(name));
  const there = all.filter(isThere);
  const needed = there.length === 0 ? all : all.filter(([, { missing }]) => missing === 'error');
  requireColumns(
    table,
    needed.flatMap(([, settings]) => namesOf(settings)),
  );
  return there;
}

interface Asked {
  readonly pipeline: Pipeline;
  readonly table: Table;
  readonly inputs: Inputs;
  readonly out: string;
  readonly seed: number | undefined;
  readonly signal: AbortSignal;
}

async function answer(row: Row, { pipeline, table, inputs, out, seed, signal }: Asked): Promise<Line> {
  const { sourceAt } = await import('@sensorium/trainer');
  const notes: { input: string; note: string }[] = [];
  try {
    signal.throwIfAborted();
    const sample = Object.fromEntries(
      inputs.map(([name, settings]): [string, Source | null] => [name, sourceAt({ table, row, ...settings })]),
    );
    const found = await pipeline.run(sample, {
      base: dirname(table.path),
      seed,
      onNote: (input, note) => notes.push({ input, note }),
    });
    const predictions = await writeAnswers(found, row, out);
    return { row: row.number, predictions, ...(notes.length > 0 && { notes }) };
  } catch (error) {
    signal.throwIfAborted();
    return { row: row.number, error: (await explain(error)).json };
  }
}

/** Answers that are pictures or the like lie in a folder beside the lines: `predictions.media/12-photo.png`. */
async function writeAnswers(
  predictions: Readonly<Record<string, Prediction>>,
  { number }: Row,
  out: string,
): Promise<Record<string, PredictionJson>> {
  const { makeDirectory, writeFileAtomic } = await import('@sensorium/data');
  const folder = `${basename(out, extname(out))}.media`;
  return predictionsToJson(predictions, async (head, { bytes, type }) => {
    const file = `${folder}/${number}-${head}.${extensionOf(type)}`;
    await makeDirectory(join(dirname(out), folder));
    await writeFileAtomic(join(dirname(out), file), bytes);
    return file;
  });
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
