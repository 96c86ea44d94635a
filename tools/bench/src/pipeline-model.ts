import { createHash } from 'node:crypto';
import { required, type Manifest, type Plugin, type PluginFiles } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { image } from '@sensorium/encoder-image';
import { text } from '@sensorium/encoder-text';
import { attention } from '@sensorium/fusion-attention';
import { classification } from '@sensorium/head-classification';
import type { Raster } from '@sensorium/media';
import {
  createParts,
  createPluginResolver,
  exportModel,
  inferenceModel,
  MODEL_FILE,
  readManifest,
  resolveManifest,
  type ModelInMemory,
} from '@sensorium/orchestrator';

export const plugins: readonly Plugin[] = [image, text, attention, classification];
/** Of the picture, in pixels. */
export const size = 64;
export const tokens = 32;
const vocabulary = ['what', 'colour', 'is', 'the', 'circle'];
export const question = `${vocabulary.join(' ')}?`;
const manifest: Manifest = {
  sensorium: 1,
  name: 'bench',
  inputs: { picture: { encoder: 'image', size }, question: { encoder: 'text', tokens, vocabulary } },
  fusion: { use: 'attention', dim: 256, layers: 6 },
  heads: { answer: { use: 'classification', labels: ['red', 'green', 'blue'] } },
};

/** Six layers of attention, 256 wide, over a picture and a question. */
const attentive = { manifest, plugins };

interface ModelParts {
  readonly manifest: Manifest;
  readonly plugins: readonly Plugin[];
  /** That the parts are built from. Default none */
  readonly files?: PluginFiles;
}

/** A model with random weights, but for those of files. */
export async function buildModel(
  seed: number,
  { manifest, plugins, files: given }: ModelParts = attentive,
): Promise<ModelInMemory> {
  const resolution = await resolveManifest(await readManifest(manifest), createPluginResolver({ plugins }));
  const parts = createParts(resolution.manifest, resolution.plugins, given);
  const weights = inferenceModel(parts).parameters.map(({ name, shape, initialize }) => {
    const data = initialize(shape, createRandom(seed, name));
    return [name, { dtype: 'float32' as const, shape, data }] as const;
  });
  const { files, noise } = exportModel(parts, Object.fromEntries(weights), resolution.manifest);
  const model = required(files[MODEL_FILE], MODEL_FILE);
  const hashes = { [MODEL_FILE]: createHash('sha256').update(model).digest('hex') };
  return { manifest: { ...resolution.manifest, built: { packages: {}, files: hashes, data: {}, noise } }, model };
}

/** RGB noise of `size`. */
export function randomPicture(seed: number): Raster {
  return { width: size, height: size, channels: 3, data: createRandom(seed).bytes(size * size * 3) };
}
