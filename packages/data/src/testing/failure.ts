import { SensoriumError } from '@sensorium/contracts';
import { expect } from 'vitest';

/** The error that something throws, which must be one with a code. */
export async function failure(work: Promise<unknown>): Promise<SensoriumError> {
  const error = await work.then(
    () => expect.fail('should have failed'),
    (thrown: unknown) => thrown,
  );
  if (!SensoriumError.is(error)) throw error;
  return error;
}
