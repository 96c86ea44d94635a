import { SensoriumError } from '@sensorium/contracts';

/** A file does not have what it had when it was opened. */
export const endedEarly = (name: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_IO',
    message: `"${name}" became shorter while it was read`,
    hint: 'Start again when nothing is written to it any more.',
    location: { file: name },
  });
