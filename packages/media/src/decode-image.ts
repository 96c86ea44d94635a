import { type IO, SensoriumError, type Source } from '@sensorium/contracts';
import { looksLike, pictureFormat } from './looks-like.js';
import { badMedia, checkPixels } from './media-error.js';
import type { Platform } from './platform.js';
import { checkRaster, isRaster, type Raster } from './raster.js';
import type { ReadAddress } from './read-address.js';
import { nameOf, readBytes } from './read-source.js';

export interface ImageOptions {
  /** Larger pictures are refused before they are decoded. Default 100,000,000. */
  readonly maxPixels?: number;
}

export type DecodeImage = (source: Source, io?: IO, options?: ImageOptions) => Promise<Raster>;

/** Bytes of a picture that is not compressed at all (RGBA, 16 bits), and room for what else is in the file. */
const mostBytes = (maxPixels: number): number => 8 * maxPixels + 2 ** 26;

/** @param read where pictures come from if no `io` is given */
export const imageDecoder =
  (platform: Platform, read: ReadAddress): DecodeImage =>
  async (source, io = { read }, { maxPixels = 100e6 } = {}) => {
    const name = nameOf(source, io);
    if (isRaster(source)) {
      checkRaster(source, name);
      checkPixels(name, source.width, source.height, maxPixels);
      return source;
    }
    const bytes = await readBytes(source, io, mostBytes(maxPixels));
    io.signal?.throwIfAborted();
    const raster = await decodeBytes(platform, bytes, name, maxPixels);
    io.signal?.throwIfAborted();
    return raster;
  };

const REPLACE = 'Get the picture again, or take it out of the data.';

async function decodeBytes(platform: Platform, bytes: Uint8Array, name: string, maxPixels: number): Promise<Raster> {
  if (bytes.length === 0) throw badMedia(name, 'is empty: it has no bytes', { hint: REPLACE });
  const format = pictureFormat(bytes);
  if (!format || !platform.formats.includes(format)) {
    throw badMedia(name, `is not a picture that can be decoded: it looks like ${looksLike(bytes)}`, {
      hint: `Pictures may be ${platform.formats.join(', ')}.`,
    });
  }
  try {
    return await platform.decodePicture(bytes, name, maxPixels);
  } catch (cause) {
    if (SensoriumError.is(cause)) throw cause;
    const reason = (cause as Error).message.split('\n', 1).join();
    throw badMedia(name, `begins as ${format}, but is damaged or cut: ${reason}`, { hint: REPLACE, cause });
  }
}
