import { SensoriumError } from '@sensorium/contracts';

export function badMedia(
  name: string,
  message: string,
  details: { hint?: string; cause?: unknown } = {},
): SensoriumError {
  return new SensoriumError({
    code: 'SENSORIUM_BAD_MEDIA',
    message: `"${name}" ${message}`,
    location: { file: name },
    ...details,
  });
}

export function tooLarge(name: string, message: string, hint: string): SensoriumError {
  return new SensoriumError({
    code: 'SENSORIUM_MEDIA_TOO_LARGE',
    message: `"${name}" ${message}`,
    hint,
    location: { file: name },
  });
}

const megapixels = (pixels: number): string => `${Number((pixels / 1e6).toPrecision(3))} megapixels`;

/** Throws SENSORIUM_MEDIA_TOO_LARGE for a picture of more than `maxPixels`. */
export function checkPixels(name: string, width: number, height: number, maxPixels: number): void {
  if (width * height <= maxPixels) return;
  throw tooLarge(
    name,
    `is a picture of ${width}×${height}, ${megapixels(width * height)}; the limit is ${megapixels(maxPixels)}`,
    'Make it smaller; a program can decode it itself, with a larger maxPixels of decodeImage.',
  );
}
