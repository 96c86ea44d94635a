import type { DepthMap } from '@sensorium/modality-depth';
import { distancesOf, inverseScale } from './distances.js';
import type { DepthOptions } from './options.js';

/** Maps that are looked at, and pixels of each: enough for two numbers. */
const MAPS = 1000;
const PIXELS = 1000;

/** Mean and deviation of what the network sees; nothing where no map has a value. */
export async function learnFromMaps(given: DepthOptions, maps: AsyncIterable<DepthMap>): Promise<DepthOptions> {
  const scale = inverseScale(given);
  const seen: number[] = [];
  let count = 0;
  for await (const map of maps) {
    const distances = distancesOf(map, given);
    const step = Math.max(1, Math.floor(distances.length / PIXELS));
    for (let at = 0; at < distances.length; at += step) {
      const metres = distances[at] as number;
      if (metres > 0) seen.push(scale === undefined ? metres : scale / metres);
    }
    if (++count === MAPS) break;
  }
  if (seen.length === 0) return given;
  const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length;
  const variance = seen.reduce((sum, value) => sum + (value - mean) ** 2, 0) / seen.length;
  // What never changes is 0, whatever it is divided by.
  return { ...given, mean: given.mean ?? mean, deviation: given.deviation ?? (Math.sqrt(variance) || 1) };
}
