import type { Survey, Surveyed } from '@sensorium/contracts';
import type { Raster } from '@sensorium/modality-image';

/** What is known of pictures before training: how large they are, and how large the model sees them. */
export async function surveyPictures(pictures: AsyncIterable<Surveyed<Raster>>, size: number): Promise<Survey> {
  const sizes = new Set<string>();
  for await (const { value } of pictures) {
    const { width, height } = value.original ?? value;
    sizes.add(`${width}×${height}`);
  }
  return { facts: [[...sizes].join(', '), `seen as ${size}×${size} pixels`], warnings: [] };
}
