import { type IO, SensoriumError, type Source } from '@sensorium/contracts';
import { type PictureNeeds, scaling } from './fit.js';
import { looksLike } from './looks-like.js';
import { badMedia, checkPixels } from './media-error.js';
import { type PictureFormat, pictureFormat } from './picture-format.js';
import { type OpenPicture, type Platform, UnknownKind } from './platform.js';
import { checkRaster, isRaster, type Raster } from './raster.js';
import type { ReadAddress } from './read-address.js';
import { nameOf, readBytes } from './read-source.js';
import { Room } from './room.js';
import { inTurns, type Steps } from './steps.js';
import { untilAborted } from './until-aborted.js';

export interface ImageOptions {
  /** Larger pictures are refused before they are decoded. Default: `io.limits.pixels`, or else 100,000,000. */
  readonly maxPixels?: number;
  /** How large the picture is needed: it comes so, without the bars of `contain`. Default: all of it. */
  readonly needs?: PictureNeeds;
}

export type DecodeImage = (source: Source, io?: IO, options?: ImageOptions) => Promise<Raster>;

/** Bytes of a picture that is not compressed at all (RGBA, 16 bits), and room for what else is in the file. */
const mostBytes = (maxPixels: number): number => 8 * maxPixels + 2 ** 26;

/** Pixels that the process decodes at once; larger pictures are decoded alone. */
const roomPixels = 100e6;
/** Node reads files on the same four threads: one of them stays free. */
const mostPictures = 3;
const room = new Room(roomPixels);

/** @param read where pictures come from if no `io` is given */
export const imageDecoder =
  (platform: Platform, read: ReadAddress): DecodeImage =>
  async (source, io = { read }, { maxPixels = io.limits?.['pixels'] ?? 100e6, needs } = {}) => {
    const name = nameOf(source, io);
    if (isRaster(source)) {
      checkRaster(source, name);
      checkPixels(name, source.width, source.height, maxPixels);
      return needs ? asNeeded(source, scaling(source, needs), io.signal) : source;
    }
    const bytes = await readBytes(source, io, mostBytes(maxPixels));
    io.signal?.throwIfAborted();
    const format = decodableFormat(bytes, name, platform);
    try {
      const picture = await platform.openPicture(bytes, format);
      checkPixels(name, picture.width, picture.height, maxPixels);
      return await decodeInTurn(picture, needs, io.signal);
    } catch (cause) {
      io.signal?.throwIfAborted();
      throw decodingError(cause as Error, format, name);
    }
  };

const REPLACE = 'Get the picture again, or take it out of the data.';

function decodableFormat(bytes: Uint8Array, name: string, { formats }: Platform): PictureFormat {
  if (bytes.length === 0) throw badMedia(name, 'is empty: it has no bytes', { hint: REPLACE });
  const format = pictureFormat(bytes);
  if (format && formats.includes(format)) return format;
  if (format === 'HEIC') throw badMedia(name, 'is a HEIC picture, which cannot be decoded here', { hint: SAVE_HEIC });
  throw badMedia(name, `is not a picture that can be decoded: it looks like ${looksLike(bytes)}`, {
    hint: `Pictures may be ${formats.join(', ')}.`,
  });
}

const SAVE_HEIC =
  'Save it as JPEG. An iPhone takes JPEG with Settings → Camera → Formats → Most Compatible, and sends it with Options → Most Compatible.';

/** An error of the decoder, with the name of the picture. */
function decodingError(cause: Error, format: PictureFormat, name: string): Error {
  if (SensoriumError.is(cause)) return cause;
  const reason = cause.message.split('\n', 1).join();
  if (cause instanceof UnknownKind) {
    const hint = 'Save it as PNG or JPEG, grey or RGB, with 8 or 16 bits a channel.';
    return badMedia(name, `is a ${format} of a kind that cannot be decoded: ${reason}`, { hint, cause });
  }
  return badMedia(name, `begins as ${format}, but is damaged or cut: ${reason}`, { hint: REPLACE, cause });
}

/** When few others are decoded. Its place stays taken until the decoder has really ended, even after an abort. */
async function decodeInTurn(
  picture: OpenPicture,
  needs: PictureNeeds | undefined,
  signal: AbortSignal | undefined,
): Promise<Raster> {
  const leave = await room.enter(Math.max(picture.width * picture.height, roomPixels / mostPictures), signal);
  const decoding = (async () => {
    signal?.throwIfAborted();
    const raster = await picture.decode({ needs, signal });
    signal?.throwIfAborted();
    return needs ? asNeeded(raster, scaling(raster, needs, raster.original), signal) : raster;
  })();
  return untilAborted(decoding.finally(leave), signal);
}

async function asNeeded(raster: Raster, steps: Steps<Raster>, signal: AbortSignal | undefined): Promise<Raster> {
  const { width, height } = raster.original ?? raster;
  return { ...(await inTurns(steps, signal)), original: { width, height } };
}
