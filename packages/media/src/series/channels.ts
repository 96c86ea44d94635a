import { SensoriumError } from '@sensorium/contracts';
import type { Series } from './series.js';

/** Where the channels `names` stand in a series; undefined where it lacks one. */
export function findChannels({ channels }: Series, names: readonly string[]): readonly number[] | undefined {
  const found = names.map((name) => channels.indexOf(name));
  return found.includes(-1) ? undefined : found;
}

/** Throws SENSORIUM_BAD_MEDIA for a series that lacks one. */
export function channelsOf(series: Series, names: readonly string[]): readonly number[] {
  const found = findChannels(series, names);
  if (found) return found;
  throw new SensoriumError({
    code: 'SENSORIUM_BAD_MEDIA',
    message: `a series has the channels ${series.channels.join(', ')}; the encoder reads ${names.join(', ')}`,
    hint: 'Name the channels of all series alike, or list those that all have in "names".',
  });
}

/** The names of the channels of a series that are not among `names`. */
export const otherChannels = ({ channels }: Series, names: readonly string[]): string[] =>
  channels.filter((channel) => !names.includes(channel));
