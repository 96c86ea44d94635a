import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EncoderPlugin, Json, Plugin, PluginFiles } from '@sensorium/contracts';
import { onnx } from '@sensorium/encoder-onnx';
import { transformers } from '@sensorium/encoder-transformers';
import { classification } from '@sensorium/head-classification';
import { loadPipeline, type Pipeline } from '@sensorium/orchestrator';
import { buildModel } from '../pipeline-model.js';

/** MobileNet V2 as an encoder, with the pixels that it was trained on. */
export const loadMobileNet = (file: string, seed: number): Promise<Pipeline> => {
  const numbers = { scale: 255, mean: 128, std: 128, fit: 'squeeze' };
  return load(onnx, { file, output: 'out0', ...numbers }, seed);
};

/** A folder in the layout of Hugging Face as an encoder. */
export const loadFolder = (folder: string, seed: number): Promise<Pipeline> =>
  load(transformers, { model: `./${folder.replace(/^\//, '')}`, modality: 'image' }, seed, '/');

async function load(
  plugin: EncoderPlugin,
  given: Readonly<Record<string, Json>>,
  seed: number,
  base = '',
): Promise<Pipeline> {
  const options = plugin.options.parse(given);
  const files = await readFiles(plugin, options, base);
  const learned = (await plugin.learn?.(options, nothing(), files)) as Readonly<Record<string, Json>>;
  const plugins = [plugin as Plugin, classification as Plugin];
  const manifest = {
    sensorium: 1 as const,
    name: 'photos',
    inputs: { photo: { encoder: plugin.name, ...learned } },
    heads: { label: { use: 'classification', labels: ['indoors', 'outdoors'] } },
  };
  const model = await buildModel(seed, { manifest, plugins, files });
  return loadPipeline(model, { plugins, session: { isolate: true } });
}

async function* nothing(): AsyncGenerator<never> {}

/** Until the plugin names nothing new. */
async function readFiles(plugin: EncoderPlugin, options: Record<string, unknown>, base: string): Promise<PluginFiles> {
  const read = new Map<string, Uint8Array>();
  for (;;) {
    const names = (plugin.files?.(options, read) ?? []).filter((name) => !read.has(name));
    if (names.length === 0) return read;
    for (const name of names) read.set(name, await readFile(join(base, name)));
  }
}
