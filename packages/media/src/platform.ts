import type { PictureFormat } from './looks-like.js';
import type { Raster } from './raster.js';
import type { ReadLimits } from './read-limits.js';

/** What Node and the browser do each in their way. */
export interface Platform {
  /** Reads what an address names. */
  readAddress(address: string, limits: ReadLimits): Promise<Uint8Array>;
  /** What `decodePicture` can decode. */
  readonly formats: readonly PictureFormat[];
  /**
   * Decodes a picture, upright and in sRGB, after `checkPixels` on the size that its header tells. An error that is no
   * SensoriumError means that the bytes are damaged.
   */
  decodePicture(bytes: Uint8Array, name: string, maxPixels: number): Promise<Raster>;
}
