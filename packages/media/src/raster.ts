import { badMedia } from './media-error.js';
import type { Steps } from './steps.js';

export type RasterSize = { readonly width: number; readonly height: number };

/** A picture: rows of pixels, each of `channels` values. Grey, grey and alpha, RGB, or RGBA, in sRGB; alpha is not multiplied in. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  /** [height,width,channels], 8 or 16 bits each. */
  readonly data: Uint8Array | Uint16Array;
  /** The upright picture's own size, where decoding was told what is needed of it, and gave that. */
  readonly original?: RasterSize;
}

/** Whether a value is meant as a raster: `checkRaster` says whether it is one. */
export const isRaster = (value: unknown): value is Raster =>
  typeof value === 'object' && value !== null && 'width' in value && 'height' in value && 'data' in value;

export const hasAlpha = ({ channels }: Raster): boolean => channels === 2 || channels === 4;

/** The largest value of a channel. */
export const maximum = ({ data }: Raster): number => (data instanceof Uint16Array ? 65535 : 255);

const isSize = (size: number): boolean => Number.isInteger(size) && size > 0;

/** Throws a RangeError unless both are positive integers. */
export function checkSize(width: number, height: number): void {
  if (isSize(width) && isSize(height)) return;
  throw new RangeError(`a picture's width and height are positive integers, not ${width}×${height}`);
}

/** Throws SENSORIUM_BAD_MEDIA for a raster whose numbers contradict each other. */
export function checkRaster(raster: Raster, name: string): Raster {
  const { width, height, channels, data } = raster;
  const problem = [
    [isSize(width) && isSize(height), `a size of ${width}×${height}`],
    [[1, 2, 3, 4].includes(channels), `${channels} channels`],
    [data instanceof Uint8Array || data instanceof Uint16Array, 'data that are neither Uint8Array nor Uint16Array'],
    [data?.length === width * height * channels, `${data?.length} values for ${width}×${height}×${channels}`],
  ].find(([fine]) => !fine);
  if (problem) throw badMedia(name, `is not a valid raster: it has ${problem[1]}`);
  return raster;
}

/** An array of the same depth as the raster's. */
export function allocate({ data }: Raster, length: number): Uint8Array | Uint16Array {
  return data instanceof Uint16Array ? new Uint16Array(length) : new Uint8Array(length);
}

/** Keeps only these channels of every pixel, in this order; row by row. */
export function* pickChannels(raster: Raster, picked: readonly number[]): Steps<Raster> {
  const { width, height, channels, data } = raster;
  const target = allocate(raster, width * height * picked.length);
  let at = 0;
  for (let row = 0; row < height; row++) {
    const end = (row + 1) * width * channels;
    for (let start = row * width * channels; start < end; start += channels) {
      for (const channel of picked) target[at++] = data[start + channel] as number;
    }
    yield;
  }
  return { ...raster, channels: picked.length as Raster['channels'], data: target };
}

/** RGB(A) of which all colours are equal → grey (and alpha). */
export const pickGrey = (raster: Raster): Steps<Raster> => pickChannels(raster, raster.channels === 4 ? [0, 3] : [0]);
