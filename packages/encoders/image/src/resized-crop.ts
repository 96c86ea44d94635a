import type { Random } from '@sensorium/contracts';
import { warp } from './warp.js';

/** The logarithm of the largest ratio of the sides. */
const LOG_RATIO = Math.log(4 / 3);
/** How often a rectangle is drawn that may not fit. */
const ATTEMPTS = 10;

/** A part of a square picture, in pixels. */
interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A random rectangle, enlarged to the whole picture (Szegedy et al. 2015, §6): its area is uniform from `smallest` of the picture
 * on, the logarithm of its ratio of sides uniform between those of 3:4 and 4:3, and it lies anywhere within.
 */
export function randomResizedCrop(data: Uint8Array, size: number, smallest: number, random: Random): Uint8Array {
  const { left, top, width, height } = drawPart(size, smallest, random);
  const [across, down] = [width / size, height / size];
  return warp(data, size, [across, 0, left + across / 2 - 0.5, 0, down, top + down / 2 - 0.5]);
}

function drawPart(size: number, smallest: number, random: Random): Part {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const area = size * size * (smallest + (1 - smallest) * random.uniform());
    const ratio = Math.exp((2 * random.uniform() - 1) * LOG_RATIO);
    const [width, height] = [Math.round(Math.sqrt(area * ratio)), Math.round(Math.sqrt(area / ratio))];
    if (width < 1 || height < 1 || width > size || height > size) continue;
    return { left: random.integer(size - width + 1), top: random.integer(size - height + 1), width, height };
  }
  return { left: 0, top: 0, width: size, height: size };
}
