import type { Raster } from '@sensorium/media';
import { gradientAngle } from '../grain.js';
import { clamp } from '../paint.js';
import type { RenderOptions } from '../render.js';
import { radii, type MaterialName, type Scene, type SizeName } from '../scene.js';
import { eachPixel, type Point } from './each-pixel.js';

/** Millimetres. The ground is tilted by as much to both sides. */
const GROUND = 2000;
const TILT = 80;
const heights: Readonly<Record<SizeName, number>> = { small: 220, large: 420 };

/** Share of its height that an object has so far within its outline, by the distance as a share of its radius. */
const profiles: Readonly<Record<MaterialName, (inside: number, x: number, y: number) => number>> = {
  matte: () => 1,
  shiny: (inside) => Math.sqrt(1 - (1 - clamp(inside / 0.6)) ** 2),
  striped: (_, x, y) => 0.85 + 0.15 * Math.cos(2 * Math.PI * (x + y) * 16),
};

/**
 * How far from a camera above it every point of a scene is, in millimetres, 16 bits, one channel: a tilted ground at 2 m,
 * objects that rise from it, flat, domed or ridged by their material. 0 is a hole: what mirrors sends no light back to a
 * sensor where it faces it. Throws SENSORIUM_PLUGIN_SCENES_INVALID.
 */
export function renderDepth(scene: Scene, { size = 64 }: RenderOptions = {}): Raster {
  const angle = gradientAngle(scene.seed);
  const data = eachPixel(scene, { size }, (point) => {
    if (isMirror(point)) return 0;
    const along = ((point.x - 0.5) * Math.cos(angle) + (point.y - 0.5) * Math.sin(angle)) * Math.SQRT2;
    return GROUND + TILT * along - heightAt(point);
  });
  return { width: size, height: size, channels: 1, data };
}

function heightAt({ object, distance, x, y }: Point): number {
  if (!object) return 0;
  return heights[object.size] * profiles[object.material](-distance / radii[object.size], x, y);
}

/** The rim of a shiny object, towards the lamp. */
function isMirror({ object, distance, x, y }: Point): boolean {
  if (object?.material !== 'shiny') return false;
  const radius = radii[object.size];
  return distance > -0.12 * radius && x - object.x + (y - object.y) < -0.7 * radius;
}
