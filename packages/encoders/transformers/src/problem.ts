import { SensoriumError, type ErrorCode } from '@sensorium/contracts';

export const problem = (
  code: ErrorCode,
  model: string,
  message: string,
  hint: string,
  cause?: unknown,
): SensoriumError =>
  new SensoriumError({ code, message: `"${model}": ${message}`, hint, location: { file: model }, cause });

/** The model and the options do not fit together. */
export const misfit = (model: string, message: string, hint: string, cause?: unknown): SensoriumError =>
  problem('SENSORIUM_MANIFEST_INVALID', model, message, hint, cause);

/** What belongs to the model is not as it should be. */
export const damaged = (model: string, message: string, cause?: unknown): SensoriumError =>
  problem('SENSORIUM_BAD_MODEL', model, message, 'Get its files again, all of the same revision.', cause);
