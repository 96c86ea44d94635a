import { required } from '@sensorium/contracts';
import { type Raster, resample } from '@sensorium/media';

/** So many frames are shown, evenly over the clip, each at most so wide and high. */
const MOST_FRAMES = 16;
const LARGEST = 160;

export function thumbnails(frames: readonly Raster[]): Raster[] {
  const count = Math.min(MOST_FRAMES, frames.length);
  return Array.from({ length: count }, (_, index) => {
    const at = Math.floor(((index + 0.5) * frames.length) / count);
    return reduced(required(frames[at], `frame ${at + 1}`));
  });
}

function reduced(frame: Raster): Raster {
  const scale = Math.min(1, LARGEST / Math.max(frame.width, frame.height));
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return resample(frame, side(frame.width), side(frame.height));
}
