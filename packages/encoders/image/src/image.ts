import {
  definePlugin,
  type Encoder,
  type Features,
  type Raster,
  type Scope,
  type SymbolicTensor,
} from '@sensorium/contracts';
import {
  add,
  cast,
  convolution,
  expand,
  constant,
  flatten,
  knownSize,
  linear,
  mean,
  mul,
  normal,
  relu,
  reshape,
  standardize,
  sub,
  transpose,
  zeros,
} from '@sensorium/graph';
import { fit, toRgb } from '@sensorium/media';
import { z } from 'zod';
import { augmentPixels, augmentation, changesPictures } from './augment.js';
import { chooseSize } from './choose-size.js';

const options = z.strictObject({
  size: z
    .int()
    .min(8)
    .max(1024)
    .optional()
    .describe('height and width in pixels; by default chosen from the training pictures, 16 to 128'),
  fit: z
    .enum(['contain', 'squeeze', 'cover'])
    .default('contain')
    .describe('how a picture becomes a square: with bars, distorted, or cut'),
  dim: z.int().positive().default(128).describe('width of a token'),
  channels: z.int().positive().default(32).describe('channels of the first stage; each stage doubles them, up to dim'),
  depth: z.int().positive().default(1).describe('convolutions at the last resolution'),
  augment: augmentation.prefault({}).describe('random changes of the training pictures'),
});

type ImageOptions = z.output<typeof options>;

/** Stages halve the picture until its grid is at most this wide, so that a picture has at most 64 tokens. */
const LARGEST_GRID = 8;

/**
 * Convolutional image encoder, trained from scratch: stages of 3×3 convolutions with stride 2 and ReLU, down to a grid of
 * at most 8×8, which become the tokens [B,64,dim]; pooled [B,dim] is their mean. Few parameters and a strong sense of
 * place: it learns from a few thousand pictures, where a vision transformer would not (Dosovitskiy et al. 2021, §4.3).
 */
export const image = definePlugin({
  specVersion: 'v1',
  kind: 'encoder',
  name: 'image',
  modality: 'image',
  options,
  learn: async (given, pictures) => ({ ...given, size: given.size ?? (await chooseSize(pictures)) }),
  create: createImageEncoder,
});

function createImageEncoder({ size = 64, fit: mode, dim, channels, depth, augment }: ImageOptions): Encoder<'image'> {
  return {
    inputs: { pixels: { dtype: 'uint8', shape: [size, size, 3] } },

    prepare(picture) {
      const { data } = fit(toRgb(picture), size, size, mode);
      return { pixels: { dtype: 'uint8', shape: [1, size, size, 3], data: Uint8Array.from(data) } };
    },

    notes: (picture) => shapeNotes(picture, mode),

    ...(changesPictures(augment) && {
      augment: (sample, random) =>
        sample['pixels'] ? { ...sample, pixels: augmentPixels(sample['pixels'], augment, random) } : sample,
    }),

    build(scope, { pixels }, present): Features {
      if (!pixels) throw new Error('the image encoder needs its input "pixels"');
      // 0…255 → about −2…2, channels first
      let x = transpose(mul(sub(cast(pixels, 'float32'), 127.5), 1 / 63.75), [0, 3, 1, 2]);
      for (let stage = 0; knownSize(x.shape, 2) > LARGEST_GRID; stage++) {
        const width = Math.min(dim, channels * 2 ** stage);
        x = normalizedConvolution(scope.at(`stage${stage}`), x, width, 2);
      }
      for (let layer = 0; layer < depth; layer++) {
        x = normalizedConvolution(scope.at(`layer${layer}`), x, dim, 1);
      }
      return gridFeatures(scope, x, dim, present);
    },
  };
}

/**
 * relu(norm(x ∗ w) + b), normalised over all channels and places of a sample: group normalisation with one group
 * (Wu & He 2018), which keeps the scale of every stage the same while the ones below it change.
 */
function normalizedConvolution(scope: Scope, x: SymbolicTensor, channels: number, stride: number): SymbolicTensor {
  const y = convolution(scope, x, channels, { stride, bias: false });
  const normal = reshape(standardize(flatten(y, 1)), y.shape);
  return relu(add(normal, scope.parameter('shift', [channels, 1, 1], zeros)));
}

/** [B,C,H,W] → a token for each place, with a learned embedding of the place. */
function gridFeatures(scope: Scope, x: SymbolicTensor, dim: number, present: SymbolicTensor): Features {
  const places = standardize(transpose(flatten(x, 2, 4), [0, 2, 1]));
  const count = knownSize(places.shape, 1);
  const tokens = add(linear(scope.at('project'), places, dim), scope.parameter('positions', [count, dim], normal(0.3)));
  const mask = expand(constant([1], 'float32', [1, 1]), [present.shape[0] ?? 1, count], present);
  return { tokens, mask, pooled: mean(tokens, [1]), present };
}

function shapeNotes({ width, height }: Raster, mode: ImageOptions['fit']): string[] {
  if (width === height) return [];
  const done = { contain: 'filled up with bars', squeeze: 'squeezed', cover: 'cut' }[mode];
  return [`${width}×${height} was ${done} to a square`];
}
