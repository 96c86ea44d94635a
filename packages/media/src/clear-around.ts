import type { Raster } from './raster.js';
import type { Box } from './resample.js';
import type { Steps } from './steps.js';

/** A picture with alpha that is transparent outside a part of it; row by row. It is changed. */
export function* clearAround(raster: Raster, { left, top, width, height }: Box): Steps<Raster> {
  const { channels, data } = raster;
  const stride = raster.width * channels;
  for (let row = 0; row < raster.height; row++) {
    const pixels = data.subarray(row * stride, (row + 1) * stride);
    const isInside = row >= top && row < top + height;
    pixels.fill(0, 0, isInside ? left * channels : stride);
    pixels.fill(0, (left + width) * channels);
    yield;
  }
  return raster;
}
