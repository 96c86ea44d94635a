import type { Survey, Surveyed } from '@sensorium/contracts';
import type { DepthMap } from '@sensorium/modality-depth';
import { distancesOf } from './distances.js';
import type { DepthOptions } from './options.js';

/** How large maps are, how far they reach in metres, and how much of them is holes: where an encoding is wrong, it is seen here. */
export async function surveyMaps(maps: AsyncIterable<Surveyed<DepthMap>>, options: DepthOptions): Promise<Survey> {
  const sizes = new Set<string>();
  let [nearest, farthest, holes, pixels] = [Infinity, 0, 0, 0];
  for await (const { value } of maps) {
    sizes.add(`${value.width}×${value.height}`);
    for (const metres of distancesOf(value, options)) {
      pixels++;
      if (metres === 0) holes++;
      else [nearest, farthest] = [Math.min(nearest, metres), Math.max(farthest, metres)];
    }
  }
  if (pixels === 0) return { facts: [], warnings: [] };
  const reach = farthest > 0 ? [`${rounded(nearest)} to ${rounded(farthest)} m`] : [];
  const facts = [[...sizes].join(', '), ...reach, `${rounded((100 * holes) / pixels)} % holes`];
  return { facts: [...facts, `seen as ${options.pixels}×${options.pixels} pixels`], warnings: [] };
}

const rounded = (value: number): number => Number(value.toPrecision(3));
