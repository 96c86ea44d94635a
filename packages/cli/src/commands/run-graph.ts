import { readFile } from 'node:fs/promises';
import type { Pipeline } from '@sensorium/orchestrator';
import { usageError } from '../failure.js';
import { modelFolder, pluginFolders } from '../places.js';
import type { Result } from '../result.js';
import { formatBackend, tellOfBackend } from '../terminal/backend.js';
import { formatTable } from '../terminal/table.js';
import { decimal } from '../terminal/units.js';
import { warnOfVersions } from '../terminal/versions.js';
import type { TensorJson } from '../tensor-json.js';
import { requireFree } from '../replacing.js';
import { onlySample, sourcesOf, type GivenInputs } from './sources.js';

export interface RunGraphOptions {
  readonly model: string;
  /** `space.image` */
  readonly graph: string;
  readonly input: GivenInputs;
  /** File with the graph's own inputs. */
  readonly tensors?: string;
  /** File for the results. */
  readonly out?: string;
  readonly overwrite: boolean;
  readonly seed?: number;
  readonly backend?: readonly string[];
}

/** Numbers of a tensor that are printed. */
const SHOWN = 6;

/** One of the further graphs of a model, for one sample: its tensors. */
export async function runGraph(options: RunGraphOptions): Promise<Result> {
  const { model, graph, input, out, overwrite, seed, backend: wanted } = options;
  if (out !== undefined && !overwrite) await requireFree(out);
  const { loadPipeline } = await import('@sensorium/orchestrator');
  const pipeline = await loadPipeline(await modelFolder(model), { backend: wanted, from: await pluginFolders() });
  try {
    await requireGraph(pipeline, graph);
    const tensors = options.tensors === undefined ? {} : await readTensors(options.tensors);
    const results = await pipeline
      .graph(graph)
      .run(await sourcesOf(await onlySample(input), pipeline.manifest), { tensors, seed });
    const { tensorsToJson } = await import('../tensor-json.js');
    const json = tensorsToJson(results);
    const { backend, otherVersions } = pipeline;
    tellOfBackend(backend);
    warnOfVersions(otherVersions);
    if (out !== undefined) {
      const { writeFileAtomic } = await import('@sensorium/data');
      await writeFileAtomic(out, `${JSON.stringify(json)}\n`);
    }
    const text = out === undefined ? formatTensors(json) : `${formatTensors(json)}\n→ ${out}`;
    return { text, json: { graph, tensors: json, backend, otherVersions } };
  } finally {
    await pipeline.dispose();
  }
}

/** Throws SENSORIUM_USAGE, with those that there are. */
async function requireGraph({ graphs, backend }: Pipeline, graph: string): Promise<void> {
  if (graphs.includes(graph)) return;
  const { nearest } = await import('@sensorium/orchestrator');
  const near = nearest(graph, graphs);
  throw await usageError(
    `the model has no graph "${graph}"`,
    graphs.length === 0
      ? `It has answers alone; leave --graph away. It runs on ${formatBackend(backend)}.`
      : `${near === undefined ? '' : `Did you mean "${near}"? `}Its graphs: ${graphs.join(', ')}.`,
  );
}

async function readTensors(file: string) {
  const { ioError } = await import('@sensorium/data');
  const { tensorsFromJson } = await import('../tensor-json.js');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw ioError(error, file);
  });
  return tensorsFromJson(text, file);
}

function formatTensors(tensors: Readonly<Record<string, TensorJson>>): string {
  const rows = Object.entries(tensors).map(([name, { dtype, shape, data }]) => {
    const first = data.slice(0, SHOWN).map((value) => (Number.isInteger(value) ? String(value) : decimal(value)));
    const rest = data.length > SHOWN ? [`… ${data.length - SHOWN} more`] : [];
    return [name, dtype, `[${shape.join(', ')}]`, [...first, ...rest].join(' ')];
  });
  return formatTable([{ title: 'name' }, { title: 'type' }, { title: 'shape' }, { title: 'values' }], rows);
}
