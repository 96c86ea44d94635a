import type { Random } from '@sensorium/contracts';
import { z } from 'zod';
import { axesOf, drawRotation } from './rotation.js';
import type { Variation } from './windows.js';

export const augmentation = z.strictObject({
  shift: z
    .number()
    .min(0)
    .max(0.5)
    .default(0)
    .describe('largest shift in time, as a share of what a series fills of its window; what leaves the window is lost'),
  noise: z.number().min(0).max(2).default(0).describe('deviation of noise, as a share of each channel’s own'),
  scale: z.number().min(0).max(0.9).default(0).describe('largest change of all values, as a share of them'),
  rotate: z
    .number()
    .min(0)
    .max(180)
    .default(0)
    .describe(
      'largest angle, in degrees, by which channels turn that are named as axes: accX, accY and accZ, or x and y',
    ),
});

export type Augmentation = z.output<typeof augmentation>;

/** Whether any option asks for a change. Without one, what frozen layers make of a series can be kept. */
export const changesSeries = ({ shift, noise, scale, rotate }: Augmentation): boolean =>
  shift > 0 || noise > 0 || scale > 0 || rotate > 0;

/** The channels of series, and the deviation of each. */
export interface ChannelMoments {
  readonly names: readonly string[];
  readonly deviation: readonly number[];
}

/** One turn and one factor for all of a sample, noise for each value. */
export function drawVariation(given: Augmentation, { names, deviation }: ChannelMoments, random: Random): Variation {
  const { shift, noise, scale, rotate } = given;
  const factor = 1 + scale * (2 * random.uniform() - 1);
  const groups = rotate > 0 ? axesOf(names) : [];
  const turn = drawRotation((rotate * Math.PI) / 180, random);
  return {
    random,
    shift,
    change(channels) {
      for (const axes of groups) turn(axes.map((axis) => channels[axis] as Float32Array));
      for (const [channel, values] of channels.entries()) {
        const strength = noise * (deviation[channel] as number);
        if (scale === 0 && strength === 0) continue;
        values.forEach((value, row) => (values[row] = value * factor + (strength && strength * random.normal())));
      }
    },
  };
}
