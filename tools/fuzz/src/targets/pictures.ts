import { image } from '@sensorium/encoder-image';
import { decodeImage, type Raster } from '@sensorium/media';
import type { Target } from '../process/judge.js';
import { requireDeclared, requireSane } from './insane.js';

export const MOST_PIXELS = 2 ** 20;

const encoder = image.create(image.options.parse({ size: 16 }), new Map());

/** Decodes a picture, and prepares it as a model would be fed it. */
export const readPicture: Target = async ({ bytes }) => {
  const raster = await decodeImage(bytes, undefined, { maxPixels: MOST_PIXELS });
  requireRaster(raster);
  requireDeclared(encoder.kept, encoder.prepare(raster));
};

function requireRaster({ width, height, channels, data }: Raster): void {
  requireSane(width > 0 && height > 0 && width * height <= MOST_PIXELS, `a picture of ${width}×${height}`);
  requireSane([1, 2, 3, 4].includes(channels), `${channels} channels`);
  requireSane(data.length === width * height * channels, `${data.length} values for ${width}×${height}×${channels}`);
}
