import { SensoriumError } from '@sensorium/contracts';

export const badArchive = (file: string, message: string, hint?: string, cause?: unknown): SensoriumError =>
  new SensoriumError({ code: 'SENSORIUM_BAD_MEDIA', message: `"${file}" ${message}`, hint, location: { file }, cause });

export const bomb = (file: string, message: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MEDIA_TOO_LARGE',
    message: `"${file}" ${message}`,
    hint: 'It may be made to fill memory. Where you trust it, unpack it and name the folder.',
    location: { file },
  });
