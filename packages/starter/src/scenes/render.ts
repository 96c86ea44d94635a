import type { Raster } from '@sensorium/media';
import { outlineOf } from './distance.js';
import { gradientAngle, grain } from './grain.js';
import { gradients, paints, smooth, surface, type Rgb } from './paint.js';
import { checkScene, radii, requireInteger, type Scene, type SceneObject } from './scene.js';

export interface RenderOptions {
  /** Width and height in pixels, 8 to 4096. Default 64. */
  readonly size?: number;
}

/** Pixels being painted: [size, size, 3], sRGB, 0…255. */
interface Canvas {
  readonly size: number;
  readonly pixels: Float32Array;
}

const grainStrength = 3;
const shadow = { offset: 0.2, softness: 0.34, strength: 0.26 };

/**
 * Draws a scene: size × size pixels, RGB, 8 bits a channel. The scene decides everything, noise included, so any size
 * shows the same picture. Throws `SENSORIUM_PLUGIN_SCENES_INVALID` for an impossible scene or size.
 */
export function renderScene(scene: Scene, { size = 64 }: RenderOptions = {}): Raster {
  checkScene(scene);
  requireInteger('size', size, 8, 4096);
  const canvas: Canvas = { size, pixels: new Float32Array(size * size * 3) };
  paintBackground(canvas, scene);
  for (const object of scene.objects) paintObject(canvas, object);
  return { width: size, height: size, channels: 3, data: toBytes(canvas.pixels) };
}

function paintBackground({ size, pixels }: Canvas, scene: Scene): void {
  const [from, to] = gradients[scene.background];
  const angle = gradientAngle(scene.seed);
  const noise = grain(scene.seed);
  for (let row = 0, offset = 0; row < size; row++) {
    const y = (row + 0.5) / size;
    for (let column = 0; column < size; column++, offset += 3) {
      const x = (column + 0.5) / size;
      const along = 0.5 + ((x - 0.5) * Math.cos(angle) + (y - 0.5) * Math.sin(angle)) * Math.SQRT1_2;
      const lift = grainStrength * noise(x, y);
      pixels[offset] = from[0] + (to[0] - from[0]) * along + lift;
      pixels[offset + 1] = from[1] + (to[1] - from[1]) * along + lift;
      pixels[offset + 2] = from[2] + (to[2] - from[2]) * along + lift;
    }
  }
}

function paintObject(canvas: Canvas, object: SceneObject): void {
  const radius = radii[object.size];
  const outline = outlineOf(object);
  const paint = paints[object.colour];
  const shine = surface(object.material, outline, radius, 1 / canvas.size);
  const pixelsPerRadius = radius * canvas.size;
  forPixelsAround(canvas, object, radius, (x, y, offset) => {
    const distance = outline(x, y);
    const dark = outline(x - shadow.offset, y - shadow.offset) / shadow.softness;
    mix(canvas.pixels, offset, black, shadow.strength * smooth(0.5 - dark));
    const coverage = Math.min(Math.max(0.5 - distance * pixelsPerRadius, 0), 1);
    if (coverage > 0) mix(canvas.pixels, offset, lit(paint, shine(x, y, distance)), coverage);
  });
}

/** Visits the pixels that an object and its shadow can touch; x and y are relative to its centre, in radii. */
function forPixelsAround(
  { size }: Canvas,
  object: SceneObject,
  radius: number,
  visit: (x: number, y: number, offset: number) => void,
): void {
  const extent = 1.6 * radius;
  const first = (centre: number): number => Math.max(Math.floor((centre - extent) * size), 0);
  const last = (centre: number): number => Math.min(Math.ceil((centre + extent) * size), size) - 1;
  for (let row = first(object.y); row <= last(object.y); row++) {
    const y = ((row + 0.5) / size - object.y) / radius;
    for (let column = first(object.x); column <= last(object.x); column++) {
      visit(((column + 0.5) / size - object.x) / radius, y, (row * size + column) * 3);
    }
  }
}

const black: Rgb = [0, 0, 0];

/** A colour with a share of white, or where `light` is negative of black, mixed in. */
const lit = ([red, green, blue]: Rgb, light: number): Rgb => {
  const white = Math.max(light, 0) * 255;
  const kept = 1 - Math.abs(light);
  return [red * kept + white, green * kept + white, blue * kept + white];
};

function mix(pixels: Float32Array, offset: number, colour: Rgb, share: number): void {
  for (let channel = 0; channel < 3; channel++) {
    const below = pixels[offset + channel] as number;
    pixels[offset + channel] = below + ((colour[channel] as number) - below) * share;
  }
}

/** Rounds; the clamped array limits to 0…255. */
const toBytes = (pixels: Float32Array): Uint8Array => new Uint8Array(Uint8ClampedArray.from(pixels).buffer);
