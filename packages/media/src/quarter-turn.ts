import { allocate, type Raster } from './raster.js';
import type { Steps } from './steps.js';

/** A picture, turned clockwise by so many quarters; row by row. */
export function* turned(raster: Raster, quarters: number): Steps<Raster> {
  if (quarters % 4 === 0) return raster;
  const { width, height, channels, data } = raster;
  const [columns, rows] = quarters % 2 === 1 ? [height, width] : [width, height];
  const result = allocate(raster, data.length);
  const sourceOf = (x: number, y: number): number => {
    if (quarters % 4 === 2) return (height - 1 - y) * width + (width - 1 - x);
    return quarters % 4 === 1 ? (height - 1 - x) * width + y : x * width + (width - 1 - y);
  };
  let at = 0;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const source = sourceOf(x, y) * channels;
      for (let channel = 0; channel < channels; channel++) result[at++] = data[source + channel] as number;
    }
    yield;
  }
  return { ...raster, width: columns, height: rows, data: result };
}
