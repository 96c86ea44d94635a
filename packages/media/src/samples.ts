import type { IO } from '@sensorium/contracts';
import { readExr } from './exr.js';
import { badMedia, checkPixels } from './media-error.js';
import { parseNpy } from './npy.js';
import { readPgm } from './pgm.js';
import { readPngSamples } from './png-samples.js';

/** What a sensor measured at every pixel, as the file has it: nothing is converted, and no number has a meaning as colour. */
export interface Samples {
  readonly width: number;
  readonly height: number;
  /** [height,width] */
  readonly data: Uint8Array | Uint16Array | Float32Array;
}

export interface SamplesOptions {
  readonly signal: AbortSignal | undefined;
  /** Throws for a size beyond the limits, before anything is decoded. */
  readonly check: (width: number, height: number) => void;
}

type Read = (bytes: Uint8Array, name: string, options: SamplesOptions) => Promise<Samples>;

/** By what a file begins with, one character a byte. */
const readers: readonly (readonly [start: string, read: Read])[] = [
  ['\x89PNG\r\n\x1a\n', readPngSamples],
  ['P5', readPgm],
  ['\x76\x2f\x31\x01', readExr],
  ['\x93NUMPY', readNpy],
];

/** 100 megapixels, unless `io.limits.pixels` says otherwise. */
export const checkSamples =
  (name: string, io: IO) =>
  (width: number, height: number): void =>
    checkPixels(name, width, height, io.limits?.['pixels'] ?? 100e6);

/**
 * One channel of numbers: PNG (grey, 8 or 16 bits), PGM (P5), OpenEXR (scan lines, one part, without compression, ZIP or ZIPS) or
 * NPY (two axes). The same numbers in Node and in the browser. Undefined for bytes that begin as none of them.
 *
 * Throws SENSORIUM_BAD_MEDIA for what is damaged, cut, or of a kind that is not read; SENSORIUM_MEDIA_TOO_LARGE; the
 * signal's reason.
 */
export async function readSamples(bytes: Uint8Array, name: string, io: IO): Promise<Samples | undefined> {
  const head = String.fromCharCode(...bytes.subarray(0, 8));
  const read = readers.find(([start]) => head.startsWith(start))?.[1];
  return read?.(bytes, name, { signal: io.signal, check: checkSamples(name, io) });
}

/** [H,W], or [H,W,1] or [1,H,W]. */
async function readNpy(bytes: Uint8Array, name: string, { check }: SamplesOptions): Promise<Samples> {
  const { shape, data } = parseNpy(bytes, name);
  const [height, width, ...others] = shape.length > 2 ? withoutOnes(shape) : shape;
  if (height === undefined || width === undefined || others.length > 0) {
    throw badMedia(name, `is an array of shape [${shape.join(',')}]; expected [height,width]`);
  }
  check(width, height);
  if (data.length === 0) throw badMedia(name, `is an array of shape [${shape.join(',')}], which has no numbers`);
  if (data instanceof Uint8Array || data instanceof Uint16Array || data instanceof Float32Array) {
    return { width, height, data };
  }
  return { width, height, data: Float32Array.from(data, Number) };
}

/** Without the first axis that has one element only. */
function withoutOnes(shape: readonly number[]): readonly number[] {
  const at = shape[0] === 1 ? 0 : shape.lastIndexOf(1);
  return at < 0 ? shape : shape.toSpliced(at, 1);
}
