import { exampleBeside, type IO, type Modality } from '@sensorium/contracts';
import { decodeSeries, disturbSeries, inTurns, recogniseFiles, type Series, showSeries } from '@sensorium/media';

/** What the sensors of a hand, a machine or a body measured, row after row: a series without gaps. */
export interface Motion extends Series {
  /** Finite, [T,C], at least one row. */
  readonly values: Float32Array;
}

/** How people call what such a sensor measures: `accX`, `gyro_y`, `x`. */
const SENSOR = /^(acc|gyr|mag|rot|lin|grav)|^[xyz]$|^[agm][xyz]$/i;

/**
 * Motion: series of several channels. A source is the path or URL of a CSV, JSON or NPY file, its bytes, JSON in a cell, or
 * the decoded value, as `decodeSeries` of @sensorium/media reads them. A value that is missing, or infinite, is refused with
 * its row and channel: SENSORIUM_BAD_MEDIA.
 */
export const motion: Modality<Motion> = {
  name: 'motion',
  from: 'file',
  exclusive: true,
  version: '1',
  example: exampleBeside(import.meta.url, 'modality-motion'),
  decode: (source, io) => decodeSeries(source, io, { gaps: false }),
  recognises: (cells, io) => recogniseFiles(cells, io, 0.85, async (bytes) => motionIn(bytes, io)),
  show: (value) => showSeries(value, 'motion'),
  /** There are no gaps: the mean of its channel stands for what is lost. */
  disturb: (value, level, random, signal) =>
    inTurns(disturbSeries(value, { level, random, lost: (mean) => mean }), signal),
};

/** A series whose channels are called as sensors of motion are. */
async function motionIn(bytes: Uint8Array, io: IO): Promise<string | undefined> {
  const { channels } = await motion.decode(bytes, io);
  return channels.every((name) => SENSOR.test(name)) ? `motion of ${channels.join(', ')}` : undefined;
}
