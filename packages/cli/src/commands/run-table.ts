import { basename, dirname, extname, join } from 'node:path';
import type { Prediction, ResolvedInput, ResolvedManifest, Source } from '@sensorium/contracts';
import type { Row, TableStream } from '@sensorium/data';
import type { Pipeline } from '@sensorium/orchestrator';
import { givenTable, type GivenTable } from '../answers/given-table.js';
import type { AnswerFile, Line } from '../answers/line.js';
import { explain } from '../failure.js';
import { inOrder } from '../in-order.js';
import { interruptible } from '../interrupt.js';
import { extensionOf, predictionsToJson, type PredictionJson } from '../media.js';
import { modelFolder, pluginFolders } from '../places.js';
import { requireFree } from '../replacing.js';
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
  /** A path, or `-`: stdin. */
  readonly data: string;
  readonly out: string;
  readonly overwrite: boolean;
  readonly full: boolean;
  readonly seed?: number;
  readonly backend?: readonly string[];
}

/** Every row of a table → a row of a table with the answers. A row that fails gets one that says why. */
export async function runTable({ model, data, out, backend: wanted, ...how }: RunTableOptions): Promise<Result> {
  const { streamTable, tableKind } = await import('@sensorium/data');
  const { loadPipeline } = await import('@sensorium/orchestrator');
  const started = performance.now();
  tableKind(out);
  if (!how.overwrite) await requireFree(out);
  return interruptible(async (signal) => {
    const given = await givenTable(data, signal);
    try {
      const table = await streamTable(given.path, { signal });
      const from = await pluginFolders();
      const session = { isolate: true };
      const pipeline = await loadPipeline(await modelFolder(model), { backend: wanted, from, session });
      try {
        const inputs = await inputsOf(pipeline.manifest, table);
        const asked = { ...how, pipeline, table, given, inputs, out, signal };
        const written = await writeAnswers(asked);
        const seconds = (performance.now() - started) / 1000;
        const { rows, failed, noted } = written;
        const { backend, otherVersions } = pipeline;
        warnOfVersions(otherVersions);
        return {
          text: `${plural(rows, 'row')} in ${duration(seconds)} on ${formatBackend(backend)} → ${out}${formatTroubles(written)}`,
          json: { model, data, out, rows, failed, noted, seconds, backend, otherVersions },
          failed: failed > 0,
        };
      } finally {
        await pipeline.dispose();
      }
    } finally {
      await given.dispose();
    }
  });
}

type Inputs = readonly (readonly [name: string, settings: ResolvedInput])[];

/**
 * Those of which the table has the columns. Throws SENSORIUM_MISSING_COLUMN for one that the model cannot do without, and
 * where it has no column at all.
 */
async function inputsOf({ inputs }: ResolvedManifest, table: TableStream): Promise<Inputs> {
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
  readonly table: TableStream;
  readonly given: GivenTable;
  readonly inputs: Inputs;
  readonly out: string;
  readonly full: boolean;
  readonly seed?: number;
  readonly signal: AbortSignal;
}

interface Answered {
  readonly line: Line;
  readonly row: Row;
}

async function answer(row: Row, asked: Asked): Promise<Answered> {
  const { pipeline, table, given, inputs, out, signal, full, seed } = asked;
  const { sourceAt } = await import('@sensorium/trainer');
  const notes: { input: string; note: string }[] = [];
  try {
    signal.throwIfAborted();
    const sample = Object.fromEntries(
      inputs.map(([name, settings]): [string, Source | null] => [name, sourceAt({ table, row, ...settings })]),
    );
    const onNote = (input: string, note: string): void => void notes.push({ input, note });
    const found = await pipeline.run(sample, { base: given.base ?? table.base, seed, full, onNote });
    const predictions = await writeMedia(found, row, out);
    return { row, line: { row: row.number, predictions, ...(notes.length > 0 && { notes }) } };
  } catch (error) {
    signal.throwIfAborted();
    return { row, line: { row: row.number, error: (await explain(error)).json } };
  }
}

/** Answers that are pictures or the like lie in a folder beside the file: `predictions.media/12-photo.png`. */
async function writeMedia(
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

async function writeAnswers(asked: Asked): Promise<Written> {
  const { table } = asked;
  const written: Written = { rows: table.count, failed: 0, noted: 0, firstErrors: [] };
  const started = performance.now();
  const view = progressView();
  const file = await openAnswers(asked);
  try {
    for await (const { line, row } of inOrder(table.rows(), CONCURRENCY, (row) => answer(row, asked))) {
      await file.add(line, row);
      count(line, written);
      const pace = (performance.now() - started) / 1000 / line.row;
      const secondsLeft = pace * (table.count - line.row);
      view.report({ phase: 'answer', done: line.row, total: table.count, secondsLeft });
    }
    await file.commit();
    return written;
  } finally {
    view.end();
    await file.dispose();
  }
}

/** In the form that the file's ending says. */
async function openAnswers({ out, table, pipeline, full }: Asked): Promise<AnswerFile> {
  const { tableKind } = await import('@sensorium/data');
  if (tableKind(out) === 'jsonl') return (await import('../answers/json-lines.js')).jsonLines(out);
  const { tableFile } = await import('../answers/table-file.js');
  return tableFile(out, { table, heads: Object.keys(pipeline.manifest.heads), full });
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
