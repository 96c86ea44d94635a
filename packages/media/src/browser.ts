import { browserPlatform } from './browser-platform.js';
import { createDecoders, type Decoders } from './decoders.js';

export type { DecodeOptions, ImageOptions, TextOptions } from './decoders.js';
export { encodePng } from './encode-png.js';
export { fit } from './fit.js';
export type { FitMode } from './fit.js';
export { resample } from './resample.js';
export { toRgb } from './to-rgb.js';

const decoders = createDecoders(browserPlatform);

/**
 * Decodes a picture with the browser's own decoder: a URL (relative ones count from the page), bytes, a Blob, or a
 * Raster, which is given back as it is. JPEG, PNG, WebP, GIF, BMP, and AVIF where the browser knows it. As in Node,
 * orientation is applied, the first frame is taken, colours are sRGB, grey PNG and JPEG stay one channel and alpha is kept.
 *
 * A canvas keeps 8 bits a channel and multiplies colours by alpha: 16 bits become 8, and colours of nearly transparent
 * pixels become coarse. Opaque PNG of 8 bits without profile gives the same numbers as in Node; JPEG may differ by a
 * rounding step or two. GIF and AVIF have alpha where a pixel is transparent, not where the file only could have.
 *
 * Throws as in Node.
 */
export const decodeImage: Decoders['decodeImage'] = decoders.decodeImage;

/** Reads text: as in Node, except that URLs are fetched. */
export const readText: Decoders['readText'] = decoders.readText;

/** Decodes a source of the given modality, by `decodeImage` or `readText`, and throws what they throw. */
export const decode: Decoders['decode'] = decoders.decode;
