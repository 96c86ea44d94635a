import { SensoriumError } from '@sensorium/contracts';
import { type Motion, timesOf } from '@sensorium/modality-motion';
import { axesOf } from './rotation.js';

/** Hz: gravity is what is slower in a body's movements (Anguita et al. 2013). */
const CUTOFF = 0.3;
/** Seconds. */
const TIME_CONSTANT = 1 / (2 * Math.PI * CUTOFF);

/**
 * Takes gravity away from the three axes of every accelerometer, those with "acc" in their names: g ← α·g + (1 − α)·a, the rest is
 * a − g, with α = τ / (τ + Δt), as Android documents for its accelerometers; g begins as the first a. Throws
 * SENSORIUM_MANIFEST_INVALID for a series without such axes.
 */
export function withoutGravity(series: Motion): Motion {
  const { channels, values } = series;
  const axes = accelerations(channels);
  const times = timesOf(series);
  const left = values.slice();
  for (const axis of axes) {
    let gravity = values[axis] as number;
    for (const [row, time] of times.entries()) {
      const wait = row > 0 ? time - (times[row - 1] as number) : 0;
      const alpha = TIME_CONSTANT / (TIME_CONSTANT + wait);
      const at = row * channels.length + axis;
      gravity = alpha * gravity + (1 - alpha) * (values[at] as number);
      left[at] = (values[at] as number) - gravity;
    }
  }
  return { ...series, values: left };
}

function accelerations(channels: readonly string[]): readonly number[] {
  const axes = axesOf(channels).filter(([x]) => /acc/i.test(channels[x as number] as string));
  const found = axes.filter(({ length }) => length === 3).flat();
  if (found.length > 0) return found;
  throw new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `no channels are the axes of an accelerometer: ${channels.join(', ')}`,
    hint: 'Call them accX, accY and accZ, or leave gravity: remove out.',
  });
}
