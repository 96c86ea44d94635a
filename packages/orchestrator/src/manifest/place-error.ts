import { SensoriumError } from '@sensorium/contracts';
import type { ReadManifest } from './read.js';

/**
 * An error about something that the manifest says, at the line and column where it says so; other errors unchanged. Plugins
 * and files do not know where a manifest names them.
 *
 * @param key of the manifest, such as `inputs.image`; by default the one that the error names, and without one nothing is
 *   changed
 */
export function placeError(error: unknown, { locate }: ReadManifest, key?: string): unknown {
  if (!SensoriumError.is(error)) return error;
  const { code, message, hint, cause, location } = error;
  const own = key ?? location?.key;
  if (own === undefined) return error;
  const file = location?.file;
  // The place of the manifest stands where the file's was.
  const named = file === undefined || message.includes(file) ? message : `"${file}": ${message}`;
  const place = { ...locate(own.split('.')), key: own };
  return new SensoriumError({ code, message: named, hint, cause, location: place });
}
