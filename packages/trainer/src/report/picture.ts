import { decodeImage, encodePng, resample, toRgb } from '@sensorium/media';

/** A picture as a page embeds it. */
export interface SmallPicture {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Not reduced: enlarged, its own pixels should be seen. */
  readonly isWhole: boolean;
}

/** Reduces a picture until its longer edge is `edge` or less. Throws what decoding throws. */
export async function smallPicture(png: Uint8Array, edge: number): Promise<SmallPicture> {
  const raster = await decodeImage(png);
  const scale = Math.min(1, edge / Math.max(raster.width, raster.height));
  const reduced = (size: number): number => Math.max(1, Math.round(size * scale));
  const [width, height] = [reduced(raster.width), reduced(raster.height)];
  return { png: await encodePng(toRgb(resample(raster, width, height))), width, height, isWhole: scale === 1 };
}
