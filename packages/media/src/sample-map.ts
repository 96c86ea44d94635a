import type { IO, Source } from '@sensorium/contracts';
import { badMedia } from './media-error.js';
import { readBytes } from './read-source.js';
import { checkSamples, type Samples } from './samples.js';

/** 100 megapixels of 32 bits, and what else is in a file. */
const MOST_BYTES = 4 * 100e6 + 2 ** 20;

/** The bytes of a file of samples. */
export const readSampleFile = (source: Source, io: IO): Promise<Uint8Array> => readBytes(source, io, MOST_BYTES);

/** Whether a source is decoded already. */
export const isSamples = (source: Source): source is Samples =>
  typeof source === 'object' && 'width' in source && 'height' in source && 'data' in source;

type Numbers = Samples['data'];

/** What samples have to be. */
export interface ExpectedSamples<T extends Numbers> {
  /** In words: `a depth map` */
  readonly what: string;
  readonly arrays: readonly (abstract new (...given: never[]) => T)[];
  /** What to do where they are of another array. */
  readonly hint?: string;
}

/**
 * The same samples, of these arrays. Throws SENSORIUM_BAD_MEDIA for a size that is none, other arrays, and another number of
 * them than the size says; SENSORIUM_MEDIA_TOO_LARGE.
 */
export function checkedSamples<T extends Numbers>(
  samples: Samples,
  name: string,
  io: IO,
  { what, arrays, hint }: ExpectedSamples<T>,
): Samples & { readonly data: T } {
  const { width, height, data } = samples;
  const isSize = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (!isSize) throw badMedia(name, `is ${what} of ${width}×${height}`);
  if (!arrays.some((array) => data instanceof array)) {
    const names = arrays.map((array) => array.name);
    const others = `${names.slice(0, -1).join(', ')} nor ${names.at(-1)}`;
    throw badMedia(name, `is ${what} whose data are neither ${others}`, hint === undefined ? {} : { hint });
  }
  if (data.length !== width * height) throw badMedia(name, `has ${data.length} values for ${width}×${height}`);
  checkSamples(name, io)(width, height);
  return samples as Samples & { readonly data: T };
}
