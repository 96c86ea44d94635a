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

/** @param what is missing, with its verb */
export const notLearned = (file: string, what: string): SensoriumError =>
  misfit(file, `${what} not known`, 'Training reads it from the file and the table.');

/** The file can make nothing of a value. */
export const unusable = (file: string, message: string, hint: string): SensoriumError =>
  new SensoriumError({ code: 'SENSORIUM_BAD_MEDIA', message: `for "${file}" ${message}`, hint });
