import type { Raster } from '@sensorium/media';
import { smooth } from '../paint.js';
import type { RenderOptions } from '../render.js';
import type { BackgroundName, MaterialName, Scene, SizeName } from '../scene.js';
import { grain } from '../grain.js';
import { eachPixel, type Point } from './each-pixel.js';

/** Degrees Celsius. */
const grounds: Readonly<Record<BackgroundName, number>> = { paper: 18, sand: 21, mist: 12, slate: 15, night: 9 };
const warmths: Readonly<Record<MaterialName, number>> = { matte: 26, striped: 31, shiny: 36 };
/** What is small has warmed up further. */
const extra: Readonly<Record<SizeName, number>> = { small: 2, large: 0 };
const NOISE = 0.3;
/** So far heat is felt around an object, as a share of the picture's side. */
const GLOW = 0.05;

/** Counts a kelvin: 29,515 is 295.15 K, 22 °C. */
const COUNTS_PER_KELVIN = 100;
const ZERO_CELSIUS = 273.15;

/**
 * The temperature of every point of a scene in hundredths of a kelvin, 16 bits, one channel, as radiometric cameras write it:
 * the ground by its kind, objects by material and size, with a glow around them. Colours do not show. Throws
 * SENSORIUM_PLUGIN_SCENES_INVALID.
 */
export function renderThermal(scene: Scene, { size = 64 }: RenderOptions = {}): Raster {
  const noise = grain(scene.seed);
  const data = eachPixel(scene, { size }, (point) => {
    const celsius = temperatureAt(scene, point) + NOISE * noise(point.x, point.y);
    return (celsius + ZERO_CELSIUS) * COUNTS_PER_KELVIN;
  });
  return { width: size, height: size, channels: 1, data };
}

/** Around several objects the warmest counts. */
function temperatureAt({ background, objects }: Scene, { object, distance }: Point): number {
  const ground = grounds[background];
  if (object) return warmths[object.material] + extra[object.size];
  const warmest = Math.max(...objects.map(({ material, size }) => warmths[material] + extra[size]));
  return ground + (warmest - ground) * 0.5 * (1 - smooth(distance / GLOW));
}
