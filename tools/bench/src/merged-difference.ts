import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { cpu } from '@sensorium/backend-node';
import type { Plugin, PluginFiles, ResolvedManifest, Tensor, Tensors } from '@sensorium/contracts';
import { createRandom, openTable } from '@sensorium/data';
import { toOnnx } from '@sensorium/graph';
import { stack } from '@sensorium/tensors';
import { tuneGraph, type Tuning } from '@sensorium/training';
import {
  createParts,
  createPluginResolver,
  inferenceModel,
  MODEL_FILE,
  outputName,
  platform,
  type Parts,
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
  const parts = await partsOf(options);
  const pictures = await picturesOf(parts, options);
  const logits = outputName(head, 'logits');
  const merged = await run(await readFile(join(folder, MODEL_FILE)), pictures, logits);
  const apart = await run(withAdapters(parts, options, logits), pictures, logits);
  const absolute = Math.max(...merged.map((value, index) => Math.abs(value - (apart[index] ?? NaN))));
  const rows = Object.values(pictures)[0]?.shape[0] ?? 0;
  return { rows, absolute, relative: absolute / Math.max(...apart.map(Math.abs)) };
}

async function partsOf({ manifest, plugins, files }: MergedOptions): Promise<Parts> {
  const resolver = createPluginResolver({ plugins });
  const each = async <T extends object, R>(record: Readonly<Record<string, T>>, map: (value: T) => Promise<R>) =>
    Object.fromEntries(
      await Promise.all(Object.entries(record).map(async ([name, value]) => [name, await map(value)] as const)),
    );
  const resolved = {
    inputs: await each(manifest.inputs, ({ encoder }) => resolver.resolve('encoder', encoder)),
    fusion: await resolver.resolve('fusion', manifest.fusion.use),
    heads: await each(manifest.heads, ({ use }) => resolver.resolve('head', use)),
  };
  return createParts(manifest, resolved, files);
}

async function picturesOf(parts: Parts, { table, input }: MergedOptions): Promise<Tensors> {
  const part = parts.inputs[input];
  if (!part) throw new Error(`there is no input "${input}"`);
  const { rows } = await openTable(table);
  const prepared = rows.map(async ({ values }) => {
    const source = resolve(dirname(table), values[part.settings.column] ?? '');
    return part.encoder.prepare(await platform.decode(part.modality, source));
  });
  const [tensor] = Object.values(stack(await Promise.all(prepared)));
  return tensor ? { [input]: tensor } : {};
}

/** The model with its weights as they were, and the adapters beside them. */
function withAdapters(parts: Parts, { trained, manifest, input, head }: MergedOptions, output: string): Uint8Array {
  const { inputs, outputs, parameters } = inferenceModel(parts);
  const { rank = 1, alpha = 1 } = manifest.inputs[input]?.trainable ?? {};
  const tunings = parameters.map(({ name }): Tuning => {
    if (`${name}/lora-down` in trained) return { mode: 'lora', rate: 1, rank, alpha };
    return name in trained ? { mode: 'full', rate: 1 } : { mode: 'frozen' };
  });
  const logits = outputs[head]?.['logits'];
  if (!logits) throw new Error(`the head "${head}" has no logits`);
  const tuned = tuneGraph([logits], parameters, tunings);
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
    return Array.from(outputs[output]?.data ?? [], Number);
  } finally {
    await session.dispose();
  }
}
