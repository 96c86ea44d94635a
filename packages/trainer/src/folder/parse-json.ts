import { SensoriumError } from '@sensorium/contracts';

/** Throws SENSORIUM_BAD_MODEL for what is not JSON. */
export function parseJson(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (cause) {
    throw new SensoriumError({
      code: 'SENSORIUM_BAD_MODEL',
      message: `"${file}" is not the JSON that training wrote`,
      hint: 'Copy the whole folder again, or train anew.',
      location: { file },
      cause,
    });
  }
}
