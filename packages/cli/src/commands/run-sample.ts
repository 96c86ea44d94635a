import { warnOfVersions } from '../terminal/versions.js';
import type { Prediction, ResolvedManifest } from '@sensorium/contracts';
import { usageError } from '../failure.js';
import { modelFolder, pluginFolders } from '../places.js';
import type { Result } from '../result.js';
import { formatTable, plain } from '../terminal/table.js';
import { percent } from '../terminal/units.js';
import { command } from '../terminal/command.js';
import { quote } from '../terminal/quote.js';

const RUNNERS_UP = 3;

export interface RunSampleOptions {
  readonly model: string;
  readonly sample: Readonly<Record<string, string>>;
  readonly backend?: readonly string[];
}

/** One sample: the answer of every head. Notes on what was done to the inputs go to stderr. */
export async function runSample({ model, sample, backend: wanted }: RunSampleOptions): Promise<Result> {
  const { loadPipeline } = await import('@sensorium/orchestrator');
  const pipeline = await loadPipeline(await modelFolder(model), { backend: wanted, from: pluginFolders() });
  try {
    await requireInputs(model, pipeline.manifest, sample);
    const notes: { input: string; note: string }[] = [];
    const predictions = await pipeline.run(sample, { onNote: (input, note) => notes.push({ input, note }) });
    for (const { input, note } of notes) process.stderr.write(`${input}: ${plain(note)}\n`);
    const { backend, otherVersions } = pipeline;
    warnOfVersions(otherVersions);
    return { text: formatPredictions(predictions), json: { predictions, notes, backend, otherVersions } };
  } finally {
    await pipeline.dispose();
  }
}

async function requireInputs(
  model: string,
  { inputs }: ResolvedManifest,
  sample: RunSampleOptions['sample'],
): Promise<void> {
  const names = Object.keys(inputs);
  // A misspelt name is what the pipeline speaks of, not the input that lacks for it.
  if (Object.keys(sample).some((name) => !names.includes(name))) return;
  const missing = names.filter((name) => inputs[name]?.missing === 'error' && !Object.hasOwn(sample, name));
  if (missing.length === 0 && Object.keys(sample).length > 0) return;
  const what = missing.length > 0 ? missing.map((name) => `--input ${name}=…`).join(' ') : '--input name=…';
  const known = Object.entries(inputs).map(([name, { encoder, missing: policy }]) => [
    name,
    encoder,
    policy === 'error' ? '' : 'may be left out',
  ]);
  const example = `${command} run ${quote(model)} ${names.map((name) => `--input ${name}=…`).join(' ')}`;
  throw await usageError(`missing ${what}`, `The model’s inputs:\n${formatTable([{}, {}, {}], known)}\n${example}`);
}

/** A line for each head, and below it the runners-up. */
function formatPredictions(predictions: Readonly<Record<string, Prediction>>): string {
  const rows = Object.entries(predictions).flatMap(([head, { label, probability, candidates }]) => {
    const others = candidates.slice(1, 1 + RUNNERS_UP).map((other) => ['', other.label, percent(other.probability)]);
    return [[head, label, percent(probability)], ...others];
  });
  return formatTable([{}, {}, { align: 'right' }], rows);
}
