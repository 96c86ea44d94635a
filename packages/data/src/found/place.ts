import type { RandomAccess } from '../bytes/random-access.js';

/** Where tables lie: on a disk, among files that a person chose. */
export interface Place {
  /** Throws SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION, SENSORIUM_IO, and the signal's reason. */
  open(path: string, signal?: AbortSignal): Promise<RandomAccess>;
  /** The paths of all files below a folder, seen from there, in order; undefined where it is no folder. */
  list(folder: string, signal?: AbortSignal): Promise<readonly string[] | undefined>;
}
