import type { Random } from '@sensorium/contracts';
import { type Raster, resample } from '@sensorium/media';

/** The logarithm of the largest ratio of the sides. */
const LOG_RATIO = Math.log(4 / 3);
/** How often a rectangle is drawn that may not fit. */
const ATTEMPTS = 10;

/** A part of a square picture, in pixels. */
interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Kept of a picture's side at most, in sides that the network sees: the recipes of ImageNet keep 256 or more pixels for 224. */
const SPARE = 1.5;

/** The side that is kept of pictures, so that what is cut out of them is not blown up, or less: never more than the smallest part needs. */
export const keptSide = (size: number, smallest: number): number =>
  Math.round(size * Math.min(SPARE, 1 / Math.sqrt(smallest)));

/** A square picture at another size. */
export const resized = (data: Uint8Array, from: number, size: number): Uint8Array =>
  scaled({ width: from, height: from, channels: 3, data }, size);

/**
 * A random rectangle of a square picture of `side` pixels, as a square of `size` (Szegedy et al. 2015, §6): its area is uniform from
 * `smallest` of the picture on, the logarithm of its ratio of sides uniform between those of 3:4 and 4:3, and it lies anywhere within.
 */
export function randomResizedCrop(
  data: Uint8Array,
  { side, size, smallest }: { readonly side: number; readonly size: number; readonly smallest: number },
  random: Random,
): Uint8Array {
  const { left, top, width, height } = drawPart(side, smallest, random);
  const part = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const start = ((top + row) * side + left) * 3;
    part.set(data.subarray(start, start + width * 3), row * width * 3);
  }
  return scaled({ width, height, channels: 3, data: part }, size);
}

const scaled = (picture: Raster, size: number): Uint8Array => resample(picture, size, size).data as Uint8Array;

function drawPart(size: number, smallest: number, random: Random): Part {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const area = size * size * (smallest + (1 - smallest) * random.uniform());
    const ratio = Math.exp((2 * random.uniform() - 1) * LOG_RATIO);
    const [width, height] = [Math.round(Math.sqrt(area * ratio)), Math.round(Math.sqrt(area / ratio))];
    if (width < 1 || height < 1 || width > size || height > size) continue;
    return { left: random.integer(size - width + 1), top: random.integer(size - height + 1), width, height };
  }
  return { left: 0, top: 0, width: size, height: size };
}
