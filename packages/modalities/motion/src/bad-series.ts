import type { SensoriumError } from '@sensorium/contracts';
import { badMedia } from '@sensorium/media';

const hint =
  'A series is CSV with a named column for each channel, or JSON: a list of rows, or { "channels": ["x", "y"], "time": 50, "values": [[0, 1], [2, 3]] }.';

export const badSeries = (name: string, message: string, cause?: unknown): SensoriumError =>
  badMedia(name, message, { hint, cause });
