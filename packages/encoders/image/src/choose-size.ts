import type { Raster } from '@sensorium/modality-image';

/** Enough to know what is usual. */
const SAMPLE = 500;
const SMALLEST = 16;
const LARGEST = 128;
const STEP = 8;

/** The usual longer side of the first pictures, rounded up to a multiple of 8, within 16…128. */
export async function chooseSize(pictures: AsyncIterable<Raster>): Promise<number> {
  const sides: number[] = [];
  for await (const { width, height } of pictures) {
    sides.push(Math.max(width, height));
    if (sides.length >= SAMPLE) break;
  }
  sides.sort((a, b) => a - b);
  if (sides.length === 0) return LARGEST;
  const usual = sides[Math.floor(sides.length / 2)] as number;
  return Math.min(LARGEST, Math.max(SMALLEST, Math.ceil(usual / STEP) * STEP));
}
