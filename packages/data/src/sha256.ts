import { SensoriumError } from '@sensorium/contracts';

/**
 * SHA-256 in hexadecimal, in Node and on pages alike; text is hashed as UTF-8. Throws SENSORIUM_NO_PERMISSION on a page that
 * comes neither by https nor from localhost, where browsers have no `crypto.subtle`.
 */
export async function sha256(data: string | Uint8Array): Promise<string> {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  return hexadecimal(new Uint8Array(await subtle().digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)));
}

const hexadecimal = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

function subtle(): SubtleCrypto {
  const found = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (found) return found;
  throw new SensoriumError({
    code: 'SENSORIUM_NO_PERMISSION',
    message: 'nothing can be hashed, because this page comes neither by https nor from localhost',
    hint: 'Serve the page by https.',
  });
}
