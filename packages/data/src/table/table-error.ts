import { type ErrorLocation, SensoriumError } from '@sensorium/contracts';

export function badTable(message: string, location: ErrorLocation, hint?: string, cause?: unknown): SensoriumError {
  return new SensoriumError({ code: 'SENSORIUM_BAD_TABLE', message, location, hint, cause });
}
