import { SensoriumError } from '@sensorium/contracts';
import type { ReadLimits } from './read-limits.js';
import { within } from './within.js';

/**
 * Does work that something far away takes part in. Each call of `heard` starts the time anew; after `idleSeconds` without one it
 * throws SENSORIUM_TIMEOUT.
 */
export const readPatiently = <T>(
  { name, idleSeconds, signal }: ReadLimits,
  work: (signal: AbortSignal, heard: () => void) => Promise<T>,
): Promise<T> => within({ seconds: idleSeconds, late: () => silence(name, idleSeconds), signal }, work);

const silence = (name: string, seconds: number): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_TIMEOUT',
    message: `"${name}" could not be fetched: the server has sent nothing for ${seconds} seconds`,
    hint: 'Try again later, or get the file in another way.',
    location: { file: name },
  });
