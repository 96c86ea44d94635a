import { extname } from 'node:path';
import type { Modality, Prediction } from '@sensorium/contracts';
import type { Pipeline } from '@sensorium/orchestrator';
import { cellsOf } from '../answers/cells.js';
import { usageError } from '../failure.js';
import { predictionsToJson, type PredictionJson } from '../media.js';
import { modelFolder, pluginFolders } from '../places.js';
import { requireFree } from '../replacing.js';
import type { Result } from '../result.js';
import { tellOfBackend } from '../terminal/backend.js';
import { tell } from '../terminal/output.js';
import { formatPredictions } from '../terminal/prediction.js';
import { linesOfShown } from '../terminal/shown.js';
import { formatTable } from '../terminal/table.js';
import { percent } from '../terminal/units.js';
import { warnOfVersions } from '../terminal/versions.js';
import { requireInputs, samplesOf, sourcesOf, type GivenInputs, type GivenSample } from './sources.js';

export interface RunSampleOptions {
  readonly model: string;
  readonly input: GivenInputs;
  /** File for an answer that is a picture, a sound or the like. */
  readonly out?: string;
  readonly overwrite: boolean;
  readonly full: boolean;
  readonly seed?: number;
  readonly backend?: readonly string[];
}

type Predictions = Readonly<Record<string, Prediction>>;

interface Answered {
  readonly sample: GivenSample;
  readonly predictions: Predictions;
  readonly notes: readonly { readonly input: string; readonly note: string }[];
  /** What people at a terminal see of it. */
  readonly seen: readonly Seen[];
}

interface Seen {
  readonly input: string;
  readonly value: unknown;
  readonly modality: Modality;
}

/** The answers of every head to one sample, or to several. Notes on what was done to the inputs go to stderr. */
export async function runSample(options: RunSampleOptions): Promise<Result> {
  const { model, input, out, overwrite, full, backend: wanted } = options;
  const { loadPipeline } = await import('@sensorium/orchestrator');
  const samples = await samplesOf(input);
  if (out !== undefined && samples.length > 1) throw await onlyOne(samples.length);
  if (out !== undefined && !overwrite) await requireFree(out);
  const pipeline = await loadPipeline(await modelFolder(model), { backend: wanted, from: await pluginFolders() });
  try {
    await requireInputs(model, pipeline.manifest, input);
    const answered = await Promise.all(samples.map((sample) => answer(pipeline, sample, options)));
    for (const { notes, seen } of answered) {
      if (answered.length === 1) await tellOfValues(seen);
      for (const { input, note } of notes) tell(`${input}: ${note}`);
    }
    const { backend, otherVersions } = pipeline;
    tellOfBackend(backend);
    warnOfVersions(otherVersions);
    const [first, ...others] = answered;
    if (first && others.length === 0) {
      const json = await written(first.predictions, out);
      const answers = full ? formatCells(json) : formatPredictions(first.predictions);
      return {
        text: [answers, ...formatFiles(json)].join('\n'),
        json: { predictions: json, notes: first.notes, backend, otherVersions },
      };
    }
    const json = answered.map(async ({ sample, predictions, notes }) => {
      return { inputs: sample, predictions: await predictionsToJson(predictions), notes };
    });
    return {
      text: formatSeveral(input, answered),
      json: { samples: await Promise.all(json), backend, otherVersions },
    };
  } finally {
    await pipeline.dispose();
  }
}

async function answer(pipeline: Pipeline, sample: GivenSample, { seed, full }: RunSampleOptions): Promise<Answered> {
  const notes: { input: string; note: string }[] = [];
  const onNote = (input: string, note: string): void => void notes.push({ input, note });
  const seen: Seen[] = [];
  const onValue = (input: string, value: unknown, modality: Modality): void =>
    void seen.push({ input, value, modality });
  const given = await sourcesOf(sample, pipeline.manifest);
  const predictions = await pipeline.run(given, { seed, full, onNote, onValue });
  return { sample, predictions, notes, seen };
}

/** What each input was given, as people look at it: for those at a terminal. */
async function tellOfValues(seen: readonly Seen[]): Promise<void> {
  if (!process.stderr.isTTY) return;
  for (const { input, value, modality } of seen) {
    const [first = '', ...lines] = await linesOfShown(await modality.show(value));
    tell(`${input}: ${first}`);
    for (const line of lines) tell(line);
  }
}

/** Throws SENSORIUM_USAGE where a file is asked for and no answer can be written into one. */
async function written(predictions: Predictions, out: string | undefined): Promise<Record<string, PredictionJson>> {
  if (out === undefined) return predictionsToJson(predictions);
  const heads = Object.entries(predictions).flatMap(([head, { media }]) => (media?.modality.write ? [head] : []));
  if (heads.length === 0) {
    throw await usageError(
      'no answer of this model is a picture, a sound or the like that --out could write into a file',
      'Leave --out away; --json prints the answers for programs.',
    );
  }
  const { writeFileAtomic } = await import('@sensorium/data');
  return predictionsToJson(predictions, async (head, { bytes }) => {
    const path = heads.length === 1 ? out : besides(out, head);
    await writeFileAtomic(path, bytes);
    return path;
  });
}

/** `answer.png` of several heads → `answer-photo.png` */
function besides(out: string, head: string): string {
  const extension = extname(out);
  return `${out.slice(0, out.length - extension.length)}-${head}${extension}`;
}

/** A line for each field of the answers. */
const formatCells = (predictions: Readonly<Record<string, PredictionJson>>): string =>
  formatTable(
    [{}, {}],
    Object.entries(predictions).flatMap(([head, prediction]) => Object.entries(cellsOf(head, prediction, true))),
  );

/** A line for each answer that is more than text. */
const formatFiles = (predictions: Readonly<Record<string, PredictionJson>>): string[] =>
  Object.entries(predictions).flatMap(([head, { media }]) => {
    if (!media) return [];
    return [media.file === undefined ? `${head}: ${media.modality}; --out FILE writes it` : `${head} → ${media.file}`];
  });

/** A line for each sample: what is its own, and the answers. */
function formatSeveral(given: GivenInputs, answered: readonly Answered[]): string {
  const own = Object.keys(given).filter((name) => (given[name]?.length ?? 0) > 1);
  const heads = [...new Set(answered.flatMap(({ predictions }) => Object.keys(predictions)))];
  const rows = answered.map(({ sample, predictions }) => [
    ...own.map((name) => (Object.hasOwn(sample, name) ? (sample[name] ?? '') : '')),
    ...heads.map((head) => inShort(predictions[head])),
  ]);
  return formatTable(
    [...own, ...heads].map((title) => ({ title })),
    rows,
  );
}

/** `red (97.3 %)` */
function inShort(prediction: Prediction | undefined): string {
  if (!prediction) return '';
  const { text, confidence } = prediction;
  return confidence === undefined ? text : `${text} (${percent(confidence)})`;
}

const onlyOne = (count: number): Promise<Error> =>
  usageError(
    `--out takes the answer to one sample, and ${count} are given`,
    'Leave --out away, or run them one by one.',
  );
