import { defineEncoder, type Encoder, exampleBeside, required, SensoriumError } from '@sensorium/contracts';
import { fitSamples } from '@sensorium/media';
import { depth as modality, type DepthMap } from '@sensorium/modality-depth';
import { augmentMap, changesMaps } from './augment.js';
import { distancesOf, farOf, inverseScale } from './distances.js';
import { toMetres } from './encodings.js';
import { learnFromMaps } from './learn.js';
import { buildFeatures } from './network.js';
import { type DepthOptions, isLearned, options } from './options.js';
import { overlay } from './overlay.js';
import { surveyMaps } from './survey.js';

/**
 * Depth encoder, trained from scratch: a sensor's numbers become metres, and these 1 / metres, metres or disparity, with mean 0
 * and deviation 1. Stages of partial 3×3 convolutions (Liu et al. 2018), which weigh what was measured and leave holes out, make a
 * grid of at most 8×8, whose places become the tokens [B,64,dim]. A place without any value is masked; pooled [B,dim] is the mean
 * of the others. Without its moments, which `learn` finds, `create` throws SENSORIUM_MANIFEST_INVALID.
 */
export const depth = defineEncoder({
  specVersion: 'v1',
  name: 'depth',
  modality,
  options,
  example: exampleBeside(import.meta.url, 'encoder-depth'),
  learn: learnFromMaps,
  create: createDepthEncoder,
});

function createDepthEncoder(given: DepthOptions): Encoder<DepthMap> {
  if (!isLearned(given)) throw notLearned();
  // Refuses disparity without a focal length before anything is read.
  inverseScale(given);
  const { pixels: side, fit, augment } = given;
  const kept = { metres: { dtype: 'float32', shape: [side, side] } } as const;
  return {
    kept,
    prepare(map) {
      const distances = { width: map.width, height: map.height, data: distancesOf(map, given) };
      const square = fitSamples(distances, side, fit, (metres) => metres > 0);
      const data = square.map((metres) => (Number.isNaN(metres) ? 0 : metres));
      return { metres: { dtype: 'float32', shape: [1, side, side], data } };
    },
    ...(changesMaps(augment) && {
      view: { fed: kept, draw: (sample, random) => (random ? augmentMap(sample, side, augment, random) : sample) },
    }),
    overlay: overlay(side),
    notes: (map) => notesOf(map, given),
    survey: (maps) => surveyMaps(maps, given),
    build: (scope, { metres }, present) => buildFeatures(scope, required(metres, 'the input "metres"'), present, given),
  };
}

function notesOf(map: DepthMap, given: DepthOptions): string[] {
  const { width, height } = map;
  const far = farOf(given);
  const metres = toMetres(map, given.encoding);
  const beyond = metres.filter((distance) => distance > far).length;
  const done = { contain: 'filled up with holes', squeeze: 'squeezed', cover: 'cut' }[given.fit];
  return [
    ...(width === height ? [] : [`${width}×${height} was ${done} to a square`]),
    ...(beyond > 0 ? [`${beyond} pixels are farther than ${far} m`] : []),
    ...(metres.some((distance) => distance > 0) ? [] : ['there are only holes']),
  ];
}

const notLearned = (): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: 'the mean and deviation of the depth maps are not known',
    hint: 'Training learns them from its table. Without one, give mean and deviation.',
  });
