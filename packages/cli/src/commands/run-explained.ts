import type { Explanation, ExplanationMethod, Pipeline } from '@sensorium/orchestrator';
import { modelFolder, pluginFolders } from '../places.js';
import { requireFree } from '../replacing.js';
import type { Result } from '../result.js';
import { tellOfBackend } from '../terminal/backend.js';
import { tell } from '../terminal/output.js';
import { warnOfVersions } from '../terminal/versions.js';
import { requireInputs, samplesOf, sourcesOf, type GivenInputs, type GivenSample } from './sources.js';

export interface RunExplainedOptions {
  readonly model: string;
  readonly input: GivenInputs;
  /** Default: the first head that can be explained. */
  readonly head?: string;
  /** Which of the head's numbers is explained. Default: its answer. */
  readonly answer?: string;
  /** Default: all. */
  readonly methods?: readonly ExplanationMethod[];
  /** File for the page. */
  readonly out?: string;
  readonly overwrite: boolean;
  readonly seed?: number;
  readonly backend?: readonly string[];
}

/** Why the model answers what it answers to one sample, or to several: in short, and as a page. */
export async function runExplained(options: RunExplainedOptions): Promise<Result> {
  const { model, input, out, overwrite, backend: wanted } = options;
  const { loadPipeline } = await import('@sensorium/orchestrator');
  const { formatExplanation } = await import('../terminal/explanation.js');
  const { explanationToJson } = await import('../answers/explanation-json.js');
  const samples = await samplesOf(input);
  if (out !== undefined && !overwrite) await requireFree(out);
  const pipeline = await loadPipeline(await modelFolder(model), { backend: wanted, from: await pluginFolders() });
  try {
    await requireInputs(model, pipeline.manifest, input);
    const explanations: Explanation[] = [];
    for (const sample of samples) explanations.push(await explain(pipeline, sample, options));
    const { backend, otherVersions, manifest } = pipeline;
    tellOfBackend(backend);
    warnOfVersions(otherVersions);
    if (out !== undefined) await writePage(out, manifest.name, explanations);
    return {
      text: [...explanations.map(formatExplanation), ...(out === undefined ? [] : [`→ ${out}`])].join('\n\n'),
      json: {
        samples: explanations.map((explanation, index) => ({
          sample: samples[index],
          ...explanationToJson(explanation),
        })),
        ...(out !== undefined && { out }),
        backend,
        otherVersions,
      },
    };
  } finally {
    await pipeline.dispose();
  }
}

async function explain(
  pipeline: Pipeline,
  sample: GivenSample,
  { head, answer, methods, seed }: RunExplainedOptions,
): Promise<Explanation> {
  const onNote = (input: string, note: string): void => tell(`${input}: ${note}`);
  return pipeline.explain(await sourcesOf(sample, pipeline.manifest), { head, output: answer, methods, seed, onNote });
}

async function writePage(out: string, name: string, explanations: readonly Explanation[]): Promise<void> {
  const { renderExplanations } = await import('@sensorium/trainer');
  const { writeFileAtomic } = await import('@sensorium/data');
  await writeFileAtomic(out, new TextEncoder().encode(await renderExplanations(name, explanations)));
}
