import { createDecoders, type Decoders } from './decoders.js';
import { nodePlatform } from './node-platform.js';

export type { DecodeOptions, ImageOptions, TextOptions } from './decoders.js';
export { encodePng } from './encode-png.js';
export { fit } from './fit.js';
export type { FitMode } from './fit.js';
export { resample } from './resample.js';
export { toRgb } from './to-rgb.js';

const decoders = createDecoders(nodePlatform);

/**
 * Decodes a picture: a path, a file:, http(s): or data: URL, bytes, a Blob, or a Raster, which is given back as it is.
 * JPEG, PNG, WebP, GIF, AVIF and TIFF. EXIF orientation is applied; of an animation the first frame is taken; profiles,
 * CMYK and other colour spaces become sRGB; grey stays one channel and alpha is kept; PNG and TIFF of 16 bits stay
 * 16 bits.
 *
 * Throws SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION, SENSORIUM_IO; SENSORIUM_MEDIA_TOO_LARGE beyond
 * `maxPixels`, before anything is decoded; SENSORIUM_BAD_MEDIA for bytes that are no picture, damaged or cut; and
 * SENSORIUM_MISSING_PACKAGE where sharp is not installed.
 */
export const decodeImage: Decoders['decodeImage'] = decoders.decodeImage;

/**
 * Reads text. A string is the text itself, never a path; bytes, a Blob or what a URL object names is decoded as UTF-8
 * (a byte order mark is dropped). Empty text is text.
 *
 * Throws SENSORIUM_BAD_MEDIA for bytes that are not UTF-8, with the offset of the first; SENSORIUM_MEDIA_TOO_LARGE beyond
 * `maxCharacters`; SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION or SENSORIUM_IO.
 */
export const readText: Decoders['readText'] = decoders.readText;

/** Decodes a source of the given modality, by `decodeImage` or `readText`, and throws what they throw. */
export const decode: Decoders['decode'] = decoders.decode;
