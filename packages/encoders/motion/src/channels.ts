import { SensoriumError } from '@sensorium/contracts';
import type { Motion } from '@sensorium/modality-motion';

/** Where the channels `names` stand in a series; undefined where it lacks one. */
export function findChannels({ channels }: Motion, names: readonly string[]): readonly number[] | undefined {
  const found = names.map((name) => channels.indexOf(name));
  return found.includes(-1) ? undefined : found;
}

/** Throws SENSORIUM_BAD_MEDIA for a series that lacks one. */
export function channelsOf(series: Motion, names: readonly string[]): readonly number[] {
  const found = findChannels(series, names);
  if (found) return found;
  throw new SensoriumError({
    code: 'SENSORIUM_BAD_MEDIA',
    message: `a series has the channels ${series.channels.join(', ')}; the encoder reads ${names.join(', ')}`,
    hint: 'Name the channels of all series alike, or list those that all have in "names".',
  });
}
