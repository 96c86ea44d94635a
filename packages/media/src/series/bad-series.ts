import type { SensoriumError } from '@sensorium/contracts';
import { badMedia } from '../media-error.js';

const hint =
  'A series is CSV with a named column for each channel, a NumPy array [rows,channels], or JSON: a list of rows, or { "channels": ["x", "y"], "time": 50, "values": [[0, 1], [2, 3]] }.';

export const badSeries = (name: string, message: string, cause?: unknown): SensoriumError =>
  badMedia(name, message, { hint, cause });
