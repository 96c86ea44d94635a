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
import { classification } from '@sensorium/head-classification';
import {
  createParts,
  createPluginResolver,
  exportModel,
  inferenceModel,
  MANIFEST_FILE,
  MODEL_FILE,
  readManifest,
  resolveManifest,
  type ModelManifest,
  type Parts,
} from '../index.js';

export const plugins: readonly Plugin[] = [image, text, attention, concat, classification];

export const vocabulary = ['red', 'green', 'blue', 'square', 'circle'];
export const labels = ['no', 'yes', 'maybe'];

const words = { encoder: 'text', dim: 8, heads: 2, tokens: 6, vocabulary };

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
}

/** The parts of a manifest, all options given: nothing is learned from a table. */
export async function resolveParts(manifest: Manifest): Promise<{ manifest: ResolvedManifest; parts: Parts }> {
  const resolution = await resolveManifest(await readManifest(manifest), createPluginResolver({ plugins }));
  return { manifest: resolution.manifest, parts: createParts(resolution.manifest, resolution.parts) };
}

/** Weights as training would begin with them. */
function initialWeights(parts: Parts): Record<string, Tensor> {
  const entries = inferenceModel(parts).parameters.map(({ name, shape, initialize }): [string, Tensor] => {
    return [name, { dtype: 'float32', shape, data: initialize(shape, createRandom(1, name)) }];
  });
  return Object.fromEntries(entries);
}

export async function buildSmallModel(written: Manifest = twoTexts): Promise<BuiltModel> {
  const { manifest, parts } = await resolveParts(written);
  const model = exportModel(parts, initialWeights(parts), manifest);
  const files = { [MODEL_FILE]: createHash('sha256').update(model).digest('hex') };
  return { manifest: { ...manifest, built: { packages: {}, files, data: {} } }, parts, model };
}

/** A folder as training leaves it. */
export async function writeModelFolder({ manifest, model }: BuiltModel): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sensorium-model-'));
  await writeFile(join(folder, MODEL_FILE), model);
  await writeFile(join(folder, MANIFEST_FILE), JSON.stringify(manifest));
  return folder;
}
