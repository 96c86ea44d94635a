import type { ThermalImage } from '@sensorium/modality-thermal';
import { degreesOf } from './degrees.js';
import type { ThermalOptions } from './options.js';

/** Images that are looked at, and pixels of each: enough for two numbers. */
const IMAGES = 1000;
const PIXELS = 1000;

/** The range of degrees, which a few dead pixels do not move; nothing where there is no image. */
export async function learnFromImages(
  given: ThermalOptions,
  images: AsyncIterable<ThermalImage>,
): Promise<ThermalOptions> {
  if (given.range) return given;
  const seen: number[] = [];
  let count = 0;
  for await (const image of images) {
    const degrees = degreesOf(image, given);
    const step = Math.max(1, Math.floor(degrees.length / PIXELS));
    for (let at = 0; at < degrees.length; at += step) seen.push(degrees[at] as number);
    if (++count === IMAGES) break;
  }
  if (seen.length === 0) return given;
  seen.sort((a, b) => a - b);
  const at = (share: number): number => seen[Math.round(share * (seen.length - 1))] as number;
  const [low, high] = [at(0.01), at(0.99)];
  // What never changes is −1, whatever it is divided by.
  return { ...given, range: [low, high > low ? high : low + 1] };
}
