import { decodeImage, encodePng, resample, toRgb } from '@sensorium/media';
import { clip } from './html.js';

/** A picture as a page embeds it, or why it has none. */
export type Picture =
  | {
      /** data: URI of a PNG */
      readonly url: string;
      readonly width: number;
      readonly height: number;
      /** Not reduced: enlarged, its own pixels should be seen. */
      readonly isWhole: boolean;
    }
  | { readonly problem: string };

export interface PictureSource {
  readonly source: string;
  /** How a problem calls it. */
  readonly name: string;
}

/** Bytes that all pictures of a page may take together. */
const BUDGET = 1.6e6;
/** Bytes of a pixel of a PNG that nothing could be saved on, in base64. */
const PIXEL_BYTES = 4;
const LARGEST_EDGE = 96;

/**
 * Reads pictures, by their source, and reduces them so far that all of them fit into a page. What cannot be read has a
 * problem instead; nothing is thrown. One after the other, because a decoded photo is large.
 */
export async function loadPictures(sources: readonly PictureSource[]): Promise<Map<string, Picture>> {
  const edge = Math.min(LARGEST_EDGE, Math.floor(Math.sqrt(BUDGET / PIXEL_BYTES / Math.max(1, sources.length))));
  const pictures = new Map<string, Picture>();
  for (const { source, name } of sources) {
    if (!pictures.has(source)) pictures.set(source, await loadPicture(source, name, edge));
  }
  return pictures;
}

async function loadPicture(source: string, name: string, edge: number): Promise<Picture> {
  try {
    const raster = await decodeImage(source, { name: clip(name, 80) });
    const scale = Math.min(1, edge / Math.max(raster.width, raster.height));
    const [width, height] = [raster.width, raster.height].map((size) => Math.max(1, Math.round(size * scale)));
    const png = await encodePng(toRgb(resample(raster, width ?? 1, height ?? 1)));
    const url = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
    return { url, width: width ?? 1, height: height ?? 1, isWhole: scale === 1 };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
