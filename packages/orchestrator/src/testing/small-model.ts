import { createHash } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest, Plugin, ResolvedManifest, Tensor } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { image } from '@sensorium/encoder-image';
import { text } from '@sensorium/encoder-text';
import { attention } from '@sensorium/fusion-attention';
import { concat } from '@sensorium/fusion-concat';
import { createScope, input } from '@sensorium/graph';
import { classification } from '@sensorium/head-classification';
import { embedding } from '@sensorium/head-embedding';
import {
  createParts,
  createPluginResolver,
  exportModel,
  graphsOf,
  MANIFEST_FILE,
  MODEL_FILE,
  mapRecord,
  modelInputs,
  openGraph,
  readManifest,
  resolveManifest,
  type ModelManifest,
  type Parts,
} from '../index.js';

export const plugins: readonly Plugin[] = [image, text, attention, concat, classification, embedding];

export const vocabulary = ['red', 'green', 'blue', 'square', 'circle'];
export const labels = ['no', 'yes', 'maybe'];

export const words = { encoder: 'text', dim: 8, heads: 2, tokens: 6, vocabulary };

/** A title that is needed, a note that may be missing, one answer. */
export const twoTexts: Manifest = {
  sensorium: 1,
  name: 'two-texts',
  inputs: { title: words, note: { ...words, missing: 'skip' } },
  fusion: { use: 'attention', dim: 16, layers: 1, heads: 2 },
  heads: { answer: { use: 'classification', labels } },
};

export const pictureAndText: Manifest = {
  ...twoTexts,
  name: 'picture-and-text',
  inputs: { picture: { encoder: 'image', size: 16, dim: 16, channels: 8 }, question: words },
};

export interface BuiltModel {
  readonly manifest: ModelManifest;
  readonly parts: Parts;
  readonly model: Uint8Array;
  /** All that training would write into the folder beside the manifest. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** The parts of a manifest, all options given: nothing is learned from a table. */
export async function resolveParts(
  manifest: Manifest,
  atHand = plugins,
): Promise<{ manifest: ResolvedManifest; parts: Parts }> {
  const resolution = await resolveManifest(await readManifest(manifest), createPluginResolver({ plugins: atHand }));
  return { manifest: resolution.manifest, parts: createParts(resolution.manifest, resolution.plugins) };
}

/** Weights of the finished model as training would begin with them. */
export function initialWeights(parts: Parts): Record<string, Tensor> {
  const scope = createScope();
  const x = mapRecord(modelInputs(parts), ({ dtype, shape }, name) => input(name, dtype, ['batch', ...shape]));
  const graph = openGraph(parts, scope, x);
  for (const [name, { head, settings }] of Object.entries(parts.heads)) {
    if (head.answer) graph.answer(name);
    else settings.of.forEach((read) => graph.features(read));
  }
  for (const { head, graph: name } of graphsOf(parts)) graph.graph(head, name);
  const entries = scope.parameters.map(({ name, shape, initialize }): [string, Tensor] => {
    return [name, { dtype: 'float32', shape, data: initialize(shape, createRandom(1, name)) }];
  });
  return Object.fromEntries(entries);
}

export async function buildSmallModel(
  written: Manifest = twoTexts,
  atHand = plugins,
  weightsOf = initialWeights,
): Promise<BuiltModel> {
  const { manifest, parts } = await resolveParts(written, atHand);
  const { files, noise } = exportModel(parts, weightsOf(parts), manifest);
  const hashes = mapRecord(files, (bytes) => createHash('sha256').update(bytes).digest('hex'));
  const built = { packages: {}, files: hashes, data: {}, noise };
  return { manifest: { ...manifest, built }, parts, model: files[MODEL_FILE]!, files };
}

/** A folder as training leaves it. */
export async function writeModelFolder({ manifest, files }: BuiltModel): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sensorium-model-'));
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  await writeFile(join(folder, MANIFEST_FILE), JSON.stringify(manifest));
  return folder;
}
