import { allocate, checkSize, type Raster, type RasterSize } from './raster.js';
import { type Box, resampling } from './resample.js';
import { atOnce, type Steps } from './steps.js';

/**
 * `squeeze`: all of the picture, its proportions are not kept. `contain`: all of it, with bars (transparent, or black
 * where there is no alpha). `cover`: its largest centred part of the wanted proportions.
 */
export type FitMode = 'squeeze' | 'contain' | 'cover';

/** How large somebody needs a picture. */
export type PictureNeeds = RasterSize & { readonly fit: FitMode };

/** Brings a picture to exactly `width` × `height`. Throws a RangeError unless both are positive integers. */
export function fit(raster: Raster, width: number, height: number, mode: FitMode): Raster {
  return centred(atOnce(scaling(raster, { width, height, fit: mode })), width, height);
}

/**
 * `fit` row by row, without the bars.
 *
 * @param original the size of the picture that `raster` is a smaller copy of
 */
export function scaling(raster: Raster, needs: PictureNeeds, original: RasterSize = raster): Steps<Raster> {
  checkSize(needs.width, needs.height);
  const { part, width, height } = placements[needs.fit](original, needs);
  // Multiplied first: all of the original is then exactly all of the copy.
  const across = (x: number): number => (x * raster.width) / original.width;
  const down = (y: number): number => (y * raster.height) / original.height;
  const box = {
    left: across(part.left),
    top: down(part.top),
    width: across(part.width),
    height: down(part.height),
  };
  return resampling(raster, width, height, box);
}

/** The part of a picture that is seen, and the size that it gets. */
interface Placement extends RasterSize {
  readonly part: Box;
}

const placements: Readonly<Record<FitMode, (picture: RasterSize, needs: RasterSize) => Placement>> = {
  squeeze: (picture, { width, height }) => ({ part: whole(picture), width, height }),
  contain(picture, { width, height }) {
    const scale = Math.min(width / picture.width, height / picture.height);
    return {
      part: whole(picture),
      width: scaled(picture.width, scale, width),
      height: scaled(picture.height, scale, height),
    };
  },
  cover(picture, { width, height }) {
    const scale = Math.min(picture.width / width, picture.height / height);
    const part = { width: scaled(width, scale, picture.width), height: scaled(height, scale, picture.height) };
    const left = margin(part.width, picture.width);
    return { part: { ...part, left, top: margin(part.height, picture.height) }, width, height };
  },
};

const whole = ({ width, height }: RasterSize): Box => ({ left: 0, top: 0, width, height });

const scaled = (size: number, scale: number, most: number): number =>
  Math.min(most, Math.max(1, Math.round(size * scale)));

/** On the left of, or above, what stands in the middle. */
const margin = (inner: number, outer: number): number => (outer - inner) >> 1;

/** The picture in the middle of zeros. */
function centred(raster: Raster, width: number, height: number): Raster {
  if (raster.width === width && raster.height === height) return raster;
  const { channels, data } = raster;
  const result = allocate(raster, width * height * channels);
  const stride = raster.width * channels;
  const [left, top] = [margin(raster.width, width), margin(raster.height, height)];
  for (let row = 0; row < raster.height; row++) {
    result.set(data.subarray(row * stride, (row + 1) * stride), ((top + row) * width + left) * channels);
  }
  return { ...raster, width, height, data: result };
}
