import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tensor } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import {
  add,
  concat,
  convolution,
  createScope,
  expand,
  flatten,
  input,
  layerNorm,
  normal,
  toOnnx,
  transformerBlock,
  transpose,
} from '@sensorium/graph';

/** Pixels of a side, width of a token, blocks: the tiny vision transformer (Touvron et al. 2021), of patches of 16. */
const [size, dim, layers, heads, patch] = [224, 192, 12, 3, 16];

/** A vision transformer with random weights in the layout of Hugging Face, as a folder. */
export async function writeVisionTransformer(folder: string, seed: number): Promise<void> {
  await mkdir(join(folder, 'onnx'), { recursive: true });
  const processor = {
    image_processor_type: 'ViTImageProcessor',
    do_resize: true,
    do_rescale: true,
    do_normalize: true,
    size: { height: size, width: size },
    resample: 2,
    rescale_factor: 1 / 255,
    image_mean: [0.5, 0.5, 0.5],
    image_std: [0.5, 0.5, 0.5],
  };
  const config = {
    architectures: ['ViTModel'],
    model_type: 'vit',
    hidden_size: dim,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    image_size: size,
    patch_size: patch,
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  await writeFile(join(folder, 'preprocessor_config.json'), JSON.stringify(processor));
  await writeFile(join(folder, 'onnx', 'model.onnx'), visionTransformer(seed));
}

function visionTransformer(seed: number): Uint8Array {
  const scope = createScope();
  const pixels = input('pixel_values', 'float32', ['batch', 3, size, size]);
  const patches = convolution(scope.at('patches'), pixels, dim, { kernel: patch, stride: patch, padding: 0 });
  const grid = transpose(flatten(patches, 2), [0, 2, 1]);
  const first = expand(scope.parameter('class', [1, 1, dim], normal(0.02)), ['batch', 1, dim], pixels);
  const tokens = concat([first, grid], 1);
  let x = add(tokens, scope.parameter('positions', [1, (size / patch) ** 2 + 1, dim], normal(0.02)));
  for (let layer = 0; layer < layers; layer++) x = transformerBlock(scope.at('blocks', String(layer)), x, { heads });
  const outputs = { last_hidden_state: layerNorm(scope.at('norm'), x) };
  const weights = scope.parameters.map(({ name, shape, initialize }): [string, Tensor] => [
    name,
    { dtype: 'float32', shape, data: initialize(shape, createRandom(seed, name)) },
  ]);
  return toOnnx({ inputs: [pixels], outputs, weights: Object.fromEntries(weights) });
}
