import type { Raster } from '@sensorium/contracts';
import { allocate, checkSize } from './raster.js';
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
  const canvas: Raster = { ...inner, width, height, data: allocate(raster, width * height * raster.channels) };
  const x = (width - inner.width) >> 1;
  const y = (height - inner.height) >> 1;
  copyRows(inner, 0, 0, canvas, x, y, inner.width, inner.height);
  return canvas;
}

function cover(raster: Raster, width: number, height: number): Raster {
  const scale = Math.min(raster.width / width, raster.height / height);
  const part = { width: scaled(width, scale, raster.width), height: scaled(height, scale, raster.height) };
  const cropped: Raster = { ...raster, ...part, data: allocate(raster, part.width * part.height * raster.channels) };
  const x = (raster.width - part.width) >> 1;
  const y = (raster.height - part.height) >> 1;
  copyRows(raster, x, y, cropped, 0, 0, part.width, part.height);
  return resample(cropped, width, height);
}

const scaled = (size: number, scale: number, most: number): number => Math.min(most, Math.max(1, Math.round(size * scale)));
