import { allocate, checkSize, type Raster } from './raster.js';
import { resample } from './resample.js';

/**
 * `squeeze`: all of the picture, its proportions are not kept. `contain`: all of it, with bars (transparent, or black
 * where there is no alpha). `cover`: its largest centred part of the wanted proportions.
 */
export type FitMode = 'squeeze' | 'contain' | 'cover';

const modes: Readonly<Record<FitMode, (raster: Raster, width: number, height: number) => Raster>> = {
  squeeze: resample,
  contain,
  cover,
};

/** Brings a picture to exactly `width` × `height`. Throws a RangeError unless both are positive integers. */
export function fit(raster: Raster, width: number, height: number, mode: FitMode): Raster {
  checkSize(width, height);
  return modes[mode](raster, width, height);
}

function contain(raster: Raster, width: number, height: number): Raster {
  const scale = Math.min(width / raster.width, height / raster.height);
  const inner = resample(raster, scaled(raster.width, scale, width), scaled(raster.height, scale, height));
  return centred(inner, width, height);
}

function cover(raster: Raster, width: number, height: number): Raster {
  const scale = Math.min(raster.width / width, raster.height / height);
  const part = centred(raster, scaled(width, scale, raster.width), scaled(height, scale, raster.height));
  return resample(part, width, height);
}

const scaled = (size: number, scale: number, most: number): number =>
  Math.min(most, Math.max(1, Math.round(size * scale)));

/** The middle of a picture, or the picture in the middle of zeros. */
function centred(raster: Raster, width: number, height: number): Raster {
  const { channels, data } = raster;
  const result = allocate(raster, width * height * channels);
  const columns = Math.min(width, raster.width);
  const rows = Math.min(height, raster.height);
  const start = (inner: number, outer: number): number => Math.max(0, inner - outer) >> 1;
  for (let row = 0; row < rows; row++) {
    const from = ((start(raster.height, height) + row) * raster.width + start(raster.width, width)) * channels;
    const to = ((start(height, raster.height) + row) * width + start(width, raster.width)) * channels;
    result.set(data.subarray(from, from + columns * channels), to);
  }
  return { ...raster, width, height, data: result };
}
