import type { BackgroundName, ColourName, MaterialName } from './scene.js';
import type { SignedDistance } from './distance.js';

/** sRGB, 0…255 a channel. */
export type Rgb = readonly [red: number, green: number, blue: number];

export const paints: Readonly<Record<ColourName, Rgb>> = {
  red: [222, 38, 44],
  orange: [250, 132, 22],
  yellow: [248, 208, 24],
  green: [42, 160, 66],
  cyan: [38, 196, 214],
  blue: [38, 84, 222],
  purple: [124, 50, 186],
  pink: [250, 134, 194],
};

/** The two ends of a background's gradient. Unsaturated, so that every colour stands out on each. */
export const gradients: Readonly<Record<BackgroundName, readonly [Rgb, Rgb]>> = {
  paper: [
    [250, 249, 246],
    [228, 227, 224],
  ],
  sand: [
    [240, 231, 215],
    [219, 206, 186],
  ],
  mist: [
    [224, 232, 240],
    [196, 206, 218],
  ],
  slate: [
    [98, 104, 114],
    [70, 75, 84],
  ],
  night: [
    [46, 48, 60],
    [24, 25, 34],
  ],
};

/** How light falls on one point of an object: the share of white, or where negative of black, mixed in, -1…1. */
export type Surface = (x: number, y: number, distance: number) => number;

export const clamp = (value: number): number => Math.min(Math.max(value, 0), 1);

/** From 0 to 1 without a corner. */
export const smooth = (value: number): number => {
  const t = clamp(value);
  return t * t * (3 - 2 * t);
};

/**
 * An object's surface. Coordinates in radii, not rotated: the light comes from the upper left whatever the tilt. Both
 * `radius` and `pixel` are shares of the picture's side.
 */
export function surface(material: MaterialName, outline: SignedDistance, radius: number, pixel: number): Surface {
  if (material === 'striped') return stripes(radius, pixel);
  return material === 'shiny' ? gloss(outline) : (_, y) => -0.03 * (y + 1);
}

/** Width of a stripe and a gap together, as a share of the picture's side: the same on small and large objects. */
const stripePeriod = 0.062;

/** Light diagonal stripes; the middle of the object always has its own colour. */
const stripes = (radius: number, pixel: number): Surface => {
  const scale = (Math.SQRT1_2 * radius) / stripePeriod;
  const softness = Math.max(pixel / stripePeriod, 0.05);
  return (x, y) => {
    const phase = (x + y) * scale;
    const fromMiddle = Math.abs(phase - Math.round(phase));
    return 0.78 * clamp((fromMiddle - 0.27) / softness + 0.5);
  };
};

/** A bevelled rim, light where it faces the lamp and dark where it faces away, and a bright spot on the lit side. */
const gloss = (outline: SignedDistance): Surface => {
  const step = 0.02;
  const rim = 0.34;
  return (x, y, distance) => {
    const slopeX = (outline(x + step, y) - outline(x - step, y)) / (2 * step);
    const slopeY = (outline(x, y + step) - outline(x, y - step)) / (2 * step);
    const facing = -(slopeX + slopeY) * Math.SQRT1_2;
    const nearness = clamp(1 + distance / rim);
    const spot = clamp(1.25 - Math.abs(distance + 0.2) / 0.13) * clamp((facing - 0.55) / 0.35);
    return Math.max(0.4 * facing * nearness, 0.92 * spot);
  };
};
