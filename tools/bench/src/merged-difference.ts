import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cpu } from '@sensorium/backend-node';
import {
  required,
  type Plugin,
  type PluginFiles,
  type ResolvedManifest,
  type Tensor,
  type Tensors,
} from '@sensorium/contracts';
import { createRandom, openTable } from '@sensorium/data';
import { toOnnx } from '@sensorium/graph';
import { stack } from '@sensorium/tensors';
import { tuneGraph, type Tuning } from '@sensorium/training';
import {
  createParts,
  createPluginResolver,
  decodeSource,
  inferenceModel,
  MODEL_FILE,
  outputName,
  partsOf,
  platform,
  tensorName,
  type Parts,
  type ResolvedPlugin,
} from '@sensorium/orchestrator';

export interface MergedOptions {
  /** The model's folder. */
  readonly folder: string;
  readonly manifest: ResolvedManifest;
  readonly plugins: readonly Plugin[];
  readonly files: PluginFiles;
  /** What was trained, adapters among it, by name. */
  readonly trained: Tensors;
  readonly table: string;
  /** The only input, and the head whose logits are compared. */
  readonly input: string;
  readonly head: string;
}

export interface MergedDifference {
  readonly rows: number;
  /** The largest difference of a logit. */
  readonly absolute: number;
  /** The same as a share of the largest logit. */
  readonly relative: number;
}

/** Compares the file that training leaves, adapters merged into the weights, with the graph that has them beside each other. */
export async function mergedDifference(options: MergedOptions): Promise<MergedDifference> {
  const { folder, head } = options;
  const parts = await makeParts(options);
  const { rows, pictures } = await picturesOf(parts, options);
  const logits = outputName(head, 'logits');
  const merged = await run(await readFile(join(folder, MODEL_FILE)), pictures, logits);
  const apart = await run(withAdapters(parts, options, logits), pictures, logits);
  const absolute = Math.max(...merged.map((value, index) => Math.abs(value - required(apart[index], 'a logit'))));
  return { rows, absolute, relative: absolute / Math.max(...apart.map(Math.abs)) };
}

async function makeParts({ manifest, plugins, files }: MergedOptions): Promise<Parts> {
  const resolver = createPluginResolver({ plugins });
  const found = partsOf(manifest).map(async ({ key, kind, use }) => {
    const plugin = (await resolver.resolve(kind, use)) as ResolvedPlugin;
    return [key, plugin] as const;
  });
  return createParts(manifest, new Map(await Promise.all(found)), files);
}

async function picturesOf(parts: Parts, { table, input }: MergedOptions): Promise<{ rows: number; pictures: Tensors }> {
  const part = required(parts.inputs[input], `the input "${input}"`);
  const { rows } = await openTable(table);
  const io = platform.io(dirname(table));
  const prepared = rows.map(async ({ values }) => {
    const source = required(values[String(part.settings.column)], 'the picture of a row');
    return part.column.prepare(await decodeSource(part, source, io));
  });
  const named = Object.entries(stack(await Promise.all(prepared))).map(
    ([tensor, value]) => [tensorName(input, tensor, part), value] as const,
  );
  return { rows: rows.length, pictures: Object.fromEntries(named) };
}

/** The model with its weights as they were, and the adapters beside them. */
function withAdapters(parts: Parts, { trained, manifest, input }: MergedOptions, output: string): Uint8Array {
  const { inputs, outputs, parameters } = inferenceModel(parts);
  const { rank, alpha } = required(manifest.inputs[input], `the input "${input}"`).trainable;
  const tunings = parameters.map(({ name }): Tuning => {
    if (`${name}/lora-down` in trained) return { mode: 'lora', rate: 1, rank, alpha };
    return name in trained ? { mode: 'full', rate: 1 } : { mode: 'frozen' };
  });
  const tuned = tuneGraph([required(outputs[output], `the output "${output}"`)], parameters, tunings);
  const base = parameters.map(({ name, shape, initialize }): [string, Tensor] => [
    name,
    { dtype: 'float32', shape, data: initialize(shape, createRandom(0)) },
  ]);
  return toOnnx({
    inputs: Object.values(inputs),
    outputs: Object.fromEntries(tuned.outputs.map((value) => [output, value])),
    weights: { ...Object.fromEntries(base), ...trained },
  });
}

async function run(model: Uint8Array, feeds: Tensors, output: string): Promise<number[]> {
  const session = await cpu.load(model);
  try {
    const outputs = await session.run(feeds, { outputs: [output] });
    return Array.from(required(outputs[output], `the output "${output}"`).data, Number);
  } finally {
    await session.dispose();
  }
}
