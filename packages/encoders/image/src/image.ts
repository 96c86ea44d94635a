import { defineEncoder, exampleBeside, type Encoder, required } from '@sensorium/contracts';
import { fit, pixelsOverlay, toRgb } from '@sensorium/media';
import { image as modality, type Raster } from '@sensorium/modality-image';
import { z } from 'zod';
import { augmentation, augmentPixels, changesPictures, sideOf, wholePixels } from './augment.js';
import { chooseSize } from './choose-size.js';
import { surveyPictures } from './survey.js';
import { cutmix, mixtures, mixup } from './mix.js';
import { buildFeatures, networks, pixelsOfPlaces, type Widths } from './network.js';

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
  network: z
    .enum(['plain', 'tiny', 'small', 'base'])
    .default('plain')
    .describe('plain: few layers, for a few thousand pictures; tiny, small, base: residual ones, for larger and more'),
  dim: z.int().positive().optional().describe('width of a token; by default that of the network, 128 to 256'),
  channels: z
    .int()
    .positive()
    .optional()
    .describe(
      'channels of the first stage, which each stage doubles, up to dim; by default those of the network, 16 to 32',
    ),
  depth: z.int().positive().default(1).describe('convolutions at the last resolution'),
  blocks: z
    .int()
    .min(0)
    .optional()
    .describe('residual blocks after each stage of at most 32×32; by default those of the network, 0 to 2'),
  mix: z
    .enum(mixtures)
    .default('mixup')
    .describe(
      'what training.mix makes of two pictures: their mean (Zhang et al. 2018), or one with a square of the other (Yun et al. 2019)',
    ),
  augment: augmentation.prefault({}).describe('random changes of the training pictures'),
});

type ImageOptions = z.output<typeof options>;

/**
 * Convolutional image encoder, trained from scratch: stages of a 3×3 convolution, 2×2 max pooling and ReLU (a stride of
 * 2 instead of pooling above 48 pixels), down to a grid of at most 8×8, whose places become the tokens [B,64,dim]; pooled
 * [B,dim] is their mean. Few parameters and a strong sense of place: it learns from a few thousand pictures, where a
 * vision transformer would not (Dosovitskiy et al. 2021, §4.3).
 *
 * The networks `tiny`, `small` and `base` have residual blocks after the stages, for more and larger pictures.
 *
 * `layers` are the maps of the grid's size as tokens, `maps` those of all stages. Places that are hidden show a learned
 * colour; their content is the pixels under them. Mirrors, turns and shifts of a training picture are drawn from the row's
 * stream, so that a mask of it can turn with it: see `augmentPixels`.
 */
export const image = defineEncoder({
  specVersion: 'v1',
  name: 'image',
  modality,
  options,
  example: exampleBeside(import.meta.url, 'encoder-image'),
  learn: async (given, pictures) => ({
    ...given,
    ...widthsOf(given),
    size: given.size ?? (await chooseSize(pictures)),
  }),
  create: createImageEncoder,
});

function createImageEncoder(given: ImageOptions): Encoder<Raster> {
  const { size = 64, fit: mode, augment, mix } = given;
  const widths = widthsOf(given);
  const side = sideOf(size, augment);
  const pixelsOf = (length: number) => ({ pixels: { dtype: 'uint8', shape: [length, length, 3] } }) as const;
  return {
    kept: pixelsOf(side),
    needs: { width: side, height: side, fit: mode },

    prepare(picture) {
      const { data } = fit(toRgb(picture), side, side, mode);
      return { pixels: { dtype: 'uint8', shape: [1, side, side, 3], data: new Uint8Array(data) } };
    },

    ...(changesPictures(augment) && {
      view: {
        fed: pixelsOf(size),
        draw({ pixels }, random) {
          const picture = required(pixels, 'the kept tensor "pixels"');
          const drawn = random ? augmentPixels(picture, size, augment, random) : wholePixels(picture, size, augment);
          return { pixels: drawn };
        },
        // What is kept larger than it is drawn is no picture that would be drawn so again.
        ...(side === size && {
          value({ pixels }) {
            const { data } = required(pixels, 'the drawn tensor "pixels"');
            return { width: size, height: size, channels: 3, data: Uint8Array.from(data, Number) };
          },
        }),
      },
    }),

    notes: (picture) => shapeNotes(picture, mode),
    survey: (pictures) => surveyPictures(pictures, size),

    hides: true,
    build: (scope, { pixels }, present, hidden) =>
      buildFeatures(scope, required(pixels, 'the input "pixels"'), present, widths, hidden),
    mix(scope, { pixels }, { pixels: partner }, ratio) {
      const own = required(pixels, 'the input "pixels"');
      const mixed = mixtureOf[mix](scope, own, required(partner, 'the pixels of the partner'), ratio);
      return { x: { pixels: mixed.pixels }, ratio: mixed.ratio };
    },
    overlay: pixelsOverlay(size, size),
    content: ({ pixels }) => ({ values: pixelsOfPlaces(required(pixels, 'the input "pixels"')) }),
  };
}

const mixtureOf = { mixup, cutmix };

/** Of the network, but for those that are given. */
function widthsOf({ network, dim, channels, depth, blocks }: ImageOptions): Widths {
  const own = networks[network];
  return { dim: dim ?? own.dim, channels: channels ?? own.channels, depth, blocks: blocks ?? own.blocks };
}

function shapeNotes(picture: Raster, mode: ImageOptions['fit']): string[] {
  const { width, height } = picture.original ?? picture;
  if (width === height) return [];
  const done = { contain: 'filled up with bars', squeeze: 'squeezed', cover: 'cut' }[mode];
  return [`${width}×${height} was ${done} to a square`];
}
