import { required, type Random } from '@sensorium/contracts';
import { autoContrast, blended, equalize, greyAt, mapBytes, smoothedAt } from './tones.js';
import { warp, type Affine } from './warp.js';

/** Changes of a picture. */
const COUNT = 2;
/** The largest magnitude. */
const STRONGEST = 10;

/** A square picture of S²·3 bytes → another. `strength` is −1…1; where a change has no direction, its size counts. */
type Change = (data: Uint8Array, size: number, strength: number) => Uint8Array;

const affine =
  (map: (strength: number) => readonly [a: number, b: number, d: number, e: number]): Change =>
  (data, size, strength) =>
    warp(data, size, aboutMiddle(size, map(strength)));

/** The map that leaves the middle of the picture where it is. */
function aboutMiddle(size: number, [a, b, d, e]: readonly [number, number, number, number]): Affine {
  const middle = (size - 1) / 2;
  return [a, b, middle * (1 - a - b), d, e, middle * (1 - d - e)];
}

const LARGEST_TURN = Math.PI / 6;
const LARGEST_SHEAR = 0.3;
/** Of the side. */
const LARGEST_SHIFT = 0.3;
/** Factors of colour, contrast, brightness and sharpness go from 0.1 to 1.9. */
const LARGEST_FACTOR = 0.9;

const factor = (strength: number): number => 1 + LARGEST_FACTOR * strength;

/** Cubuk et al. 2020, §3, in the ranges of their code: at full strength a turn is one of 30 degrees. */
export const changes = {
  identity: (data) => data,
  autoContrast,
  equalize,
  rotate: affine((strength) => {
    const [cos, sin] = [Math.cos(LARGEST_TURN * strength), Math.sin(LARGEST_TURN * strength)];
    return [cos, sin, -sin, cos];
  }),
  solarize: (data, _, strength) =>
    mapBytes(data, (value) => (value < 256 * (1 - Math.abs(strength)) ? value : 255 - value)),
  colour: (data, _, strength) => blended(data, (index) => greyAt(data, index), factor(strength)),
  posterize: (data, _, strength) => {
    const step = 2 ** Math.round(4 * Math.abs(strength));
    return mapBytes(data, (value) => value - (value % step));
  },
  contrast(data, _, strength) {
    let sum = 0;
    for (let index = 0; index < data.length; index += 3) sum += greyAt(data, index);
    const mean = sum / (data.length / 3);
    return blended(data, () => mean, factor(strength));
  },
  brightness: (data, _, strength) => blended(data, () => 0, factor(strength)),
  sharpness: (data, size, strength) => blended(data, (index) => smoothedAt(data, size, index), factor(strength)),
  shearX: affine((strength) => [1, LARGEST_SHEAR * strength, 0, 1]),
  shearY: affine((strength) => [1, 0, LARGEST_SHEAR * strength, 1]),
  translateX: (data, size, strength) => warp(data, size, [1, 0, LARGEST_SHIFT * strength * size, 0, 1, 0]),
  translateY: (data, size, strength) => warp(data, size, [1, 0, 0, 0, 1, LARGEST_SHIFT * strength * size]),
} as const satisfies Readonly<Record<string, Change>>;

const all: readonly Change[] = Object.values(changes);

/**
 * Two random changes of a square picture one after the other, in the strength magnitude / 10 (RandAugment, Cubuk et al. 2020). Each
 * is drawn by integer(14), and its direction by uniform() < 0.5.
 */
export function randAugment(data: Uint8Array, size: number, magnitude: number, random: Random): Uint8Array {
  let changed = data;
  for (let count = 0; count < COUNT; count++) {
    const change = required(all[random.integer(all.length)], 'a change');
    const sign = random.uniform() < 0.5 ? -1 : 1;
    changed = change(changed, size, (sign * magnitude) / STRONGEST);
  }
  return changed;
}
