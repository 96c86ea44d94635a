import type { Scope, SymbolicTensor } from '@sensorium/contracts';
import { convolution, flatten, input, mean, slice, squeeze, transpose } from '@sensorium/graph';
import { blocks, project, withClassToken, withPositions, type Depth } from './blocks.js';
import { fileOf, json } from './file-of.js';

export interface PictureModel extends Depth {
  /** Height and width of a picture in pixels, a multiple of the patch. */
  readonly size: number;
  /** Height and width of a patch in pixels. Default 16 */
  readonly patch?: number;
}

const pixelsOf = (size: number): SymbolicTensor => input('pixel_values', 'float32', ['batch_size', 3, size, size]);

/** [B,3,size,size] → [B,T,dim], of the class token and then a token for each patch (Dosovitskiy et al. 2021). */
function visionTransformer(
  scope: Scope,
  pixels: SymbolicTensor,
  { size, patch = 16, ...depth }: PictureModel,
): SymbolicTensor {
  const { dim } = depth;
  const patches = convolution(scope.at('patches'), pixels, dim, { kernel: patch, stride: patch, padding: 0 });
  const tokens = withClassToken(scope, transpose(flatten(patches, 2), [0, 2, 1]), dim);
  return blocks(scope, withPositions(scope, tokens, (size / patch) ** 2 + 1, dim), depth);
}

const classOf = (tokens: SymbolicTensor): SymbolicTensor => squeeze(slice(tokens, 1, 0, 1), 1);

const config = ({ dim, layers, heads, size, patch = 16 }: PictureModel): Record<string, unknown> => ({
  hidden_size: dim,
  num_hidden_layers: layers,
  num_attention_heads: heads,
  image_size: size,
  patch_size: patch,
});

/** A vision transformer in the layout of `google/vit-…`: the picture is squeezed to the size. */
export function vitModel(given: PictureModel, type: 'vit' | 'dinov2' = 'vit'): Map<string, Uint8Array> {
  const { size } = given;
  const file = fileOf({ pixels: pixelsOf(size) }, (scope, { pixels }) => ({
    last_hidden_state: visionTransformer(scope, pixels, given),
  }));
  const processor = squareProcessor('ViTImageProcessor', size, 2);
  return new Map([
    ['config.json', json({ architectures: ['ViTModel'], model_type: type, ...config(given) })],
    ['preprocessor_config.json', json(processor)],
    ['onnx/model.onnx', file],
  ]);
}

/** The layout of CLIP, of which only the tower of pictures is there: its shorter side is resized, and its middle cut out. */
export function clipModel(given: PictureModel & { readonly resize: number }): Map<string, Uint8Array> {
  const { size, resize } = given;
  const file = fileOf({ pixels: pixelsOf(size) }, (scope, { pixels }) => {
    const tokens = visionTransformer(scope, pixels, given);
    return { image_embeds: project(scope, classOf(tokens), 6), last_hidden_state: tokens };
  });
  const processor = {
    image_processor_type: 'CLIPImageProcessor',
    feature_extractor_type: 'CLIPFeatureExtractor',
    do_resize: true,
    do_center_crop: true,
    do_rescale: true,
    do_normalize: true,
    do_convert_rgb: true,
    size: { shortest_edge: resize },
    crop_size: { height: size, width: size },
    resample: 3,
    rescale_factor: 1 / 255,
    image_mean: [0.48145466, 0.4578275, 0.40821073],
    image_std: [0.26862954, 0.26130258, 0.27577711],
  };
  return new Map([
    ['config.json', json({ architectures: ['CLIPModel'], model_type: 'clip', vision_config: config(given) })],
    ['preprocessor_config.json', json(processor)],
    ['onnx/vision_model.onnx', file],
  ]);
}

/** The layout of SigLIP, of which only the tower of pictures is there. */
export function siglipModel(given: PictureModel): Map<string, Uint8Array> {
  const { size } = given;
  const file = fileOf({ pixels: pixelsOf(size) }, (scope, { pixels }) => {
    const tokens = visionTransformer(scope, pixels, given);
    return { last_hidden_state: tokens, pooler_output: project(scope, mean(tokens, [1]), given.dim) };
  });
  const processor = squareProcessor('SiglipImageProcessor', size, 3);
  return new Map([
    ['config.json', json({ architectures: ['SiglipModel'], model_type: 'siglip', vision_config: config(given) })],
    ['preprocessor_config.json', json(processor)],
    ['onnx/vision_model.onnx', file],
  ]);
}

/** Pictures become squares, whatever their shape, of numbers from −1 to 1. `resample` is Pillow's: 2 bilinear, 3 bicubic. */
const squareProcessor = (type: string, size: number, resample: number) => ({
  image_processor_type: type,
  do_resize: true,
  do_rescale: true,
  do_normalize: true,
  size: { height: size, width: size },
  resample,
  rescale_factor: 1 / 255,
  image_mean: [0.5, 0.5, 0.5],
  image_std: [0.5, 0.5, 0.5],
});
