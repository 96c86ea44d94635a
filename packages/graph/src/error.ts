import { SensoriumError } from '@sensorium/contracts';

export function shapeError(message: string, hint?: string): SensoriumError {
  return new SensoriumError({ code: 'SENSORIUM_SHAPE', message, hint });
}

export function dtypeError(message: string, hint?: string): SensoriumError {
  return new SensoriumError({ code: 'SENSORIUM_DTYPE', message, hint });
}
