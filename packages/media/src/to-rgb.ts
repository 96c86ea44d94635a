import { hasAlpha, maximum, type Raster } from './raster.js';

/**
 * A picture of 8 bits and three channels: grey is repeated, transparency is laid over `background` (each 0…255, default
 * white), 16 bits become x/257, rounded. A picture that is so already is given back as it is.
 */
export function toRgb(raster: Raster, background: readonly [number, number, number] = [255, 255, 255]): Raster {
  const { width, height, channels, data } = raster;
  if (channels === 3 && data instanceof Uint8Array) return raster;
  const pixels = width * height;
  const rgb = new Uint8Array(pixels * 3);
  const most = maximum(raster);
  const scale = 255 / most;
  const alphaChannel = hasAlpha(raster) ? channels - 1 : undefined;
  const colourStep = channels >= 3 ? 1 : 0;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const start = pixel * channels;
    const opacity = alphaChannel === undefined ? 1 : (data[start + alphaChannel] as number) / most;
    for (let channel = 0; channel < 3; channel++) {
      const colour = (data[start + channel * colourStep] as number) * scale;
      rgb[pixel * 3 + channel] = Math.round(colour * opacity + (background[channel] as number) * (1 - opacity));
    }
  }
  return { width, height, channels: 3, data: rgb };
}
