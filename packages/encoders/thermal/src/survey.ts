import type { Survey, Surveyed } from '@sensorium/contracts';
import type { ThermalImage } from '@sensorium/modality-thermal';
import { degreesOf } from './degrees.js';
import type { ThermalOptions } from './options.js';

/** How large images are, and what they reach from and to: where a scale is wrong, it is seen here. */
export async function surveyImages(
  images: AsyncIterable<Surveyed<ThermalImage>>,
  options: ThermalOptions,
): Promise<Survey> {
  const sizes = new Set<string>();
  let [coldest, warmest] = [Infinity, -Infinity];
  for await (const { value } of images) {
    sizes.add(`${value.width}×${value.height}`);
    for (const degrees of degreesOf(value, options)) {
      [coldest, warmest] = [Math.min(coldest, degrees), Math.max(warmest, degrees)];
    }
  }
  if (sizes.size === 0) return { facts: [], warnings: [] };
  const unit = options.scale === 1 && options.offset === 0 ? 'units of the file' : 'degrees';
  const reach = `${rounded(coldest)} to ${rounded(warmest)} ${unit}`;
  return { facts: [[...sizes].join(', '), reach, `seen as ${options.pixels}×${options.pixels} pixels`], warnings: [] };
}

const rounded = (value: number): number => Number(value.toPrecision(3));
