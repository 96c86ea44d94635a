import type { Raster } from '@sensorium/media';
import { clamp } from '../paint.js';
import type { RenderOptions } from '../render.js';
import type { Scene } from '../scene.js';
import { eachPixel } from './each-pixel.js';

/** Width of a line, as a share of the picture's side. */
const LINE = 0.02;

/** The outlines of a scene in black on white, 8 bits, one channel: nothing of colours and materials. Throws SENSORIUM_PLUGIN_SCENES_INVALID. */
export function renderSketch(scene: Scene, { size = 64 }: RenderOptions = {}): Raster {
  const paper = eachPixel(scene, { size }, ({ distance }) => {
    const beyond = (Math.abs(distance) - LINE / 2) * size;
    return 255 * clamp(beyond + 0.5);
  });
  return { width: size, height: size, channels: 1, data: Uint8Array.from(paper) };
}
