import { SensoriumError, type ErrorCode } from '@sensorium/contracts';

export const problem = (
  code: ErrorCode,
  file: string,
  message: string,
  hint: string,
  cause?: unknown,
): SensoriumError => new SensoriumError({ code, message: `"${file}": ${message}`, hint, location: { file }, cause });

/** The file and the options do not fit together. */
export const misfit = (file: string, message: string, hint: string, cause?: unknown): SensoriumError =>
  problem('SENSORIUM_MANIFEST_INVALID', file, message, hint, cause);
