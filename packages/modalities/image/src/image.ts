import { exampleBeside, type Modality } from '@sensorium/contracts';
import {
  decodeImage,
  disturbRaster,
  encodePng,
  examples,
  inTurns,
  lookingLike,
  type PictureNeeds,
  type Raster,
  recogniseFiles,
} from '@sensorium/media';

/**
 * Pictures: a path or URL, the bytes of a file, a Blob, or a Raster. Upright, in sRGB; of an animation the first frame. At
 * most 100,000,000 pixels, or as the limit `pixels` says. A column that needs `{ width, height, fit }` gets it so large, which of a
 * large photograph takes a tenth of the time and memory. People see a PNG, and answers are written as one.
 */
export const image: Modality<Raster> = {
  name: 'image',
  from: 'file',
  exclusive: true,
  version: '2',
  limits: ['pixels'],
  example: exampleBeside(import.meta.url, 'modality-image', [examples.fitPicture]),
  decode: (source, io, needs?: PictureNeeds) => decodeImage(source, io, { needs }),
  recognises: (cells, io) => recogniseFiles(cells, io, 0.9, lookingLike(/^a picture/)),
  show: async (raster) => ({
    kind: 'picture',
    png: await encodePng(raster),
    alt: `picture, ${(raster.original ?? raster).width}×${(raster.original ?? raster).height}`,
  }),
  disturb: (raster, level, random, signal) => inTurns(disturbRaster(raster, level, random), signal),
  write: async (raster) => ({ bytes: await encodePng(raster), type: 'image/png' }),
};
