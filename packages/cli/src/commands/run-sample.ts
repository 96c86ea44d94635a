import { extname } from 'node:path';
import type { Prediction } from '@sensorium/contracts';
import { usageError } from '../failure.js';
import { predictionsToJson, type PredictionJson } from '../media.js';
import { modelFolder, pluginFolders } from '../places.js';
import type { Result } from '../result.js';
import { formatPredictions } from '../terminal/prediction.js';
import { plain } from '../terminal/table.js';
import { warnOfVersions } from '../terminal/versions.js';
import { requireInputs, sourcesOf, type GivenInputs } from './sources.js';

export interface RunSampleOptions {
  readonly model: string;
  readonly input: GivenInputs;
  /** File for an answer that is a picture, a sound or the like. */
  readonly out?: string;
  readonly seed?: number;
  readonly backend?: readonly string[];
}

/** One sample: the answer of every head. Notes on what was done to the inputs go to stderr. */
export async function runSample({ model, input, out, seed, backend: wanted }: RunSampleOptions): Promise<Result> {
  const { loadPipeline } = await import('@sensorium/orchestrator');
  const pipeline = await loadPipeline(await modelFolder(model), { backend: wanted, from: pluginFolders() });
  try {
    await requireInputs(model, pipeline.manifest, input);
    const notes: { input: string; note: string }[] = [];
    const predictions = await pipeline.run(await sourcesOf(input, pipeline.manifest), {
      seed,
      onNote: (input, note) => notes.push({ input, note }),
    });
    for (const { input, note } of notes) process.stderr.write(`${input}: ${plain(note)}\n`);
    const { backend, otherVersions } = pipeline;
    warnOfVersions(otherVersions);
    const json = await written(predictions, out);
    return {
      text: [formatPredictions(predictions), ...formatFiles(json)].join('\n'),
      json: { predictions: json, notes, backend, otherVersions },
    };
  } finally {
    await pipeline.dispose();
  }
}

/** Throws SENSORIUM_USAGE where a file is asked for and no answer can be written into one. */
async function written(
  predictions: Readonly<Record<string, Prediction>>,
  out: string | undefined,
): Promise<Record<string, PredictionJson>> {
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

/** A line for each answer that is more than text. */
const formatFiles = (predictions: Readonly<Record<string, PredictionJson>>): string[] =>
  Object.entries(predictions).flatMap(([head, { media }]) => {
    if (!media) return [];
    return [media.file === undefined ? `${head}: ${media.modality}; --out FILE writes it` : `${head} → ${media.file}`];
  });
