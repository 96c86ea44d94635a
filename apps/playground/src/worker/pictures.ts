import { resample, type Raster } from '@sensorium/media';
import { image } from '@sensorium/modality-image';
import { readAddress } from '@sensorium/media';
import { pngOf } from './scenes.js';

/** The longer side of a picture that is kept. No model here sees more than 64 pixels. */
const KEPT_SIZE = 256;

/** A picture that a person gave, as PNG of at most 256 pixels. Throws SENSORIUM_BAD_MEDIA and SENSORIUM_MEDIA_TOO_LARGE. */
export async function readPicture({ file, name }: { readonly file: Blob; readonly name: string }): Promise<Blob> {
  const raster = await image.decode(file, { name, read: readAddress });
  return pngOf(shrunk(raster));
}

function shrunk(raster: Raster): Raster {
  const scale = KEPT_SIZE / Math.max(raster.width, raster.height);
  if (scale >= 1) return raster;
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return resample(raster, side(raster.width), side(raster.height));
}
