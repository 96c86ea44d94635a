import type { PictureNeeds } from './fit.js';
import type { PictureFormat } from './picture-format.js';
import type { Raster, RasterSize } from './raster.js';
import type { ReadLimits } from './read-limits.js';

/** What Node and the browser do each in their way. */
export interface Platform {
  /** Reads what an address names. */
  readAddress(address: string, limits: ReadLimits): Promise<Uint8Array>;
  /** What `openPicture` can open. */
  readonly formats: readonly PictureFormat[];
  /**
   * Reads a picture's header. Throws an UnknownKind for what the decoder does not know; another error that is no SensoriumError
   * means that the bytes are damaged. So does `decode`.
   */
  openPicture(bytes: Uint8Array, format: PictureFormat): Promise<OpenPicture>;
}

/** A picture of which the header is read. */
export interface OpenPicture extends RasterSize {
  /** Upright and in sRGB. Where it says what it is a smaller copy of, it is more than enough for what is needed. */
  decode(options: { readonly needs?: PictureNeeds; readonly signal?: AbortSignal }): Promise<Raster>;
}

/** What is not damaged, and yet no picture that can be decoded. The message follows "which": `has 6 channels`. */
export class UnknownKind extends Error {}
