import { defineEncoder, type Encoder, exampleBeside, required, SensoriumError } from '@sensorium/contracts';
import { fitSamples } from '@sensorium/media';
import { thermal as modality, type ThermalImage } from '@sensorium/modality-thermal';
import { augmentImage, changesImages } from './augment.js';
import { degreesOf } from './degrees.js';
import { learnFromImages } from './learn.js';
import { buildFeatures } from './network.js';
import { type LearnedOptions, options, type ThermalOptions } from './options.js';
import { overlay } from './overlay.js';
import { surveyImages } from './survey.js';

/**
 * Thermal encoder, trained from scratch: a camera's numbers become degrees, of which a learned range becomes −1…1, without gamma
 * or anything else that photographs need. Stages of 3×3 convolutions make a grid of at most 8×8, whose places become the tokens
 * [B,64,dim]; what lies around an image that is no square is left out. Pooled [B,dim] is their mean. Without its range, which
 * `learn` finds, `create` throws SENSORIUM_MANIFEST_INVALID.
 */
export const thermal = defineEncoder({
  specVersion: 'v1',
  name: 'thermal',
  modality,
  options,
  example: exampleBeside(import.meta.url, 'encoder-thermal'),
  learn: learnFromImages,
  create: createThermalEncoder,
});

function createThermalEncoder(given: ThermalOptions): Encoder<ThermalImage> {
  const { pixels: side, fit, augment } = given;
  const learned = learnedOptions(given);
  const kept = {
    degrees: { dtype: 'float32', shape: [side, side] },
    valid: { dtype: 'uint8', shape: [side, side] },
  } as const;
  return {
    kept,
    prepare(image) {
      const { width, height } = image;
      const square = fitSamples({ width, height, data: degreesOf(image, given) }, side, fit);
      const shape = [1, side, side];
      return {
        degrees: { dtype: 'float32', shape, data: square.map((value) => (Number.isNaN(value) ? 0 : value)) },
        valid: { dtype: 'uint8', shape, data: Uint8Array.from(square, (value) => (Number.isNaN(value) ? 0 : 1)) },
      };
    },
    ...(changesImages(augment) && {
      view: { fed: kept, draw: (sample, random) => (random ? augmentImage(sample, side, augment, random) : sample) },
    }),
    notes: ({ width, height }) => {
      const done = { contain: 'filled up', squeeze: 'squeezed', cover: 'cut' }[fit];
      return width === height ? [] : [`${width}×${height} was ${done} to a square`];
    },
    overlay: overlay(side),
    survey: (images) => surveyImages(images, given),
    build(scope, x, present) {
      const [degrees, valid] = [
        required(x['degrees'], 'the input "degrees"'),
        required(x['valid'], 'the input "valid"'),
      ];
      return buildFeatures(scope, { degrees, valid }, present, learned);
    },
  };
}

function learnedOptions(given: ThermalOptions): LearnedOptions {
  const { range } = given;
  if (range && range[0] < range[1]) return { ...given, range };
  throw new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: range ? `a range from ${range[0]} to ${range[1]} degrees` : 'the range of the thermal images is not known',
    hint: 'Training learns it from its table. Without one, give it: range: [10, 40], the smaller number first.',
  });
}
