import {
  definePlugin,
  type Encoder,
  type Features,
  type Raster,
  type Scope,
  type SymbolicTensor,
} from '@sensorium/contracts';
import { add, cast, convolution, expand, constant, flatten, knownSize, linear, maxPool, mean, mul, normal, pad, relu, reshape, standardize, sub, transpose } from '@sensorium/graph';
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
  channels: z.int().positive().default(16).describe('channels of the first stage; each stage doubles them, up to dim'),
  depth: z.int().positive().default(1).describe('convolutions at the last resolution'),
  augment: augmentation.prefault({}).describe('random changes of the training pictures'),
});

type ImageOptions = z.output<typeof options>;

/** Stages halve the picture until its grid is at most this wide, so that a picture has at most 64 tokens. */
const LARGEST_GRID = 8;
/** Stages whose input is at most this wide pool. At 64×64 the first stage would be 40 % of the encoder's training step. */
const LARGEST_POOLED = 48;
/** Deviation of a weight before it is standardized. Its size is not seen, but the smaller, the faster weights turn. */
const INITIAL_WEIGHT = 0.02;

/**
 * Convolutional image encoder, trained from scratch: stages of a 3×3 convolution, 2×2 max pooling and ReLU (a stride of
 * 2 instead of pooling above 48 pixels), down to a grid of at most 8×8, whose places become the tokens [B,64,dim]; pooled
 * [B,dim] is their mean. Few parameters and a strong sense of place: it learns from a few thousand pictures, where a
 * vision transformer would not (Dosovitskiy et al. 2021, §4.3).
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
        x = halved(scope.at(`stage${stage}`), x, Math.min(dim, channels * 2 ** stage));
      }
      for (let layer = 0; layer < depth; layer++) {
        x = relu(standardizedConvolution(scope.at(`layer${layer}`), x, dim));
      }
      return gridFeatures(scope, x, dim, present);
    },
  };
}

/**
 * [B,C,H,W] → [B,channels,⌈H/2⌉,⌈W/2⌉]. Pooling keeps the strongest of four neighbours, so that a detail counts wherever
 * it falls on the grid. Shapes are learned in far fewer steps than with strides.
 */
function halved(scope: Scope, x: SymbolicTensor, channels: number): SymbolicTensor {
  const pooled = knownSize(x.shape, 2) <= LARGEST_POOLED;
  const y = standardizedConvolution(scope, x, channels, pooled ? 1 : 2);
  // Zeros at the end of odd sides do not change what ReLU leaves of a maximum.
  return relu(pooled ? maxPool(evenSides(y), 2) : y);
}

const evenSides = (x: SymbolicTensor): SymbolicTensor =>
  [2, 3].reduce((y, axis) => pad(y, axis, 0, knownSize(y.shape, axis) % 2), x);

/**
 * A convolution with standardized weights (Qiao et al. 2019): those of every output channel have mean 0 and variance
 * 2 / fan-in. What comes out of a ReLU is never negative, so that otherwise each channel would carry the mean of its
 * input, and little of what differs from place to place. It keeps the scale of every stage as normalised activations
 * would, at no cost per picture.
 */
function standardizedConvolution(scope: Scope, x: SymbolicTensor, channels: number, stride = 1): SymbolicTensor {
  return convolution(standardizedWeights(scope), x, channels, { stride, initialize: normal(INITIAL_WEIGHT) });
}

/** Standardizes what has more than one axis, so not the bias. */
function standardizedWeights(scope: Scope): Scope {
  return {
    ...scope,
    parameter(name, shape, initialize, given) {
      const parameter = scope.parameter(name, shape, initialize, given);
      if (shape.length === 1) return parameter;
      const rows = flatten(parameter, 1);
      return reshape(mul(standardize(rows), Math.sqrt(2 / knownSize(rows.shape, 1))), shape);
    },
  };
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
