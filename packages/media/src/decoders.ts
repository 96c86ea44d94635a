import {
  type MediaOf,
  type MediaSource,
  type Modality,
  type Raster,
  SensoriumError,
  type Text,
} from '@sensorium/contracts';
import { looksLike, type PictureFormat, pictureFormat } from './looks-like.js';
import { badMedia, checkPixels } from './media-error.js';
import { checkRaster } from './raster.js';
import { isMedia, nameOf, type ReadLocation, readSource } from './read-source.js';
import { textOf } from './read-text.js';

/** What Node and the browser do each in their way. */
export interface Platform {
  readonly readLocation: ReadLocation;
  /** What `decodePicture` can decode. */
  readonly formats: readonly PictureFormat[];
  /**
   * Decodes a picture, upright and in sRGB, after `checkPixels` on the size that its header tells. An error that is no
   * SensoriumError means that the bytes are damaged.
   */
  decodePicture(bytes: Uint8Array, name: string, maxPixels: number): Promise<Raster>;
}

interface SourceOptions {
  /** How errors call the source. Default: its path, URL or file name. */
  readonly name?: string;
  readonly signal?: AbortSignal;
}

export interface ImageOptions extends SourceOptions {
  /** Larger pictures are refused before they are decoded. Default 100,000,000. */
  readonly maxPixels?: number;
}

export interface TextOptions extends SourceOptions {
  /** Longer texts are refused; counted in UTF-16 units, as `length` does. Default 1,000,000. */
  readonly maxCharacters?: number;
}

export interface DecodeOptions extends ImageOptions, TextOptions {}

type Decode<M extends Modality> = (source: MediaSource, options?: DecodeOptions) => Promise<MediaOf<M>>;

export interface Decoders {
  readonly decodeImage: (source: MediaSource, options?: ImageOptions) => Promise<Raster>;
  readonly readText: (source: MediaSource, options?: TextOptions) => Promise<Text>;
  readonly decode: <M extends Modality>(
    modality: M,
    source: MediaSource,
    options?: DecodeOptions,
  ) => Promise<MediaOf<M>>;
}

/** Bytes of a picture that is not compressed at all (RGBA, 16 bits), and room for what else is in the file. */
const mostBytes = (maxPixels: number): number => 8 * maxPixels + 2 ** 26;

export function createDecoders(platform: Platform): Decoders {
  const decodeImage: Decoders['decodeImage'] = async (source, options = {}) => {
    const { name = nameOf(source), maxPixels = 100e6, signal } = options;
    if (isMedia(source)) {
      if (source.kind !== 'image') throw badMedia(name, `is decoded already, as ${source.kind}; expected a picture`);
      checkRaster(source, name);
      checkPixels(name, source.width, source.height, maxPixels);
      return source;
    }
    const bytes = await readSource(source, { name, maxBytes: mostBytes(maxPixels), signal }, platform.readLocation);
    signal?.throwIfAborted();
    const raster = await decodeBytes(platform, bytes, name, maxPixels);
    signal?.throwIfAborted();
    return raster;
  };

  const readText: Decoders['readText'] = (source, { name, maxCharacters = 1e6, signal } = {}) => {
    const known = name ?? (typeof source === 'string' ? 'text' : nameOf(source));
    return textOf(source, { name: known, maxCharacters, signal }, platform.readLocation);
  };

  const byModality: { readonly [M in Modality]: Decode<M> } = { image: decodeImage, text: readText };
  return {
    decodeImage,
    readText,
    decode: (modality, source, options) => byModality[modality](source, options),
  };
}

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
