import type { Raster, RasterSize } from './raster.js';

/** What a film is made of, by what decodes it. */
export type VideoFormat = 'MP4' | 'Matroska' | 'GIF' | 'WebP';

export interface TimedFrame {
  /** When it begins to be shown, in seconds. */
  readonly time: number;
  /** Upright, RGB or RGBA. */
  readonly raster: Raster;
}

/** A film of which the header is read. */
export interface OpenVideo {
  /** As it is shown: upright, with square pixels. */
  readonly size: RasterSize;
  readonly seconds: number;
  /**
   * The frames that are shown at these ascending seconds; one that is shown at several of them once. Default: all frames.
   *
   * @param size that they need not exceed
   */
  frames(
    times: readonly number[] | undefined,
    size: RasterSize,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<TimedFrame, void, undefined>;
  close(): Promise<void> | void;
}

/**
 * What Node and the browser do each in their way. An error that is no SensoriumError means that the bytes are damaged or cut; so
 * does one of `frames`.
 */
export type OpenFilm = (bytes: Uint8Array, format: VideoFormat, name: string) => Promise<OpenVideo>;
