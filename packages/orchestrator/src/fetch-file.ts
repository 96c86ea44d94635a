import { SensoriumError, type ErrorCode } from '@sensorium/contracts';

const statusCodes: Readonly<Record<number, ErrorCode>> = {
  401: 'SENSORIUM_NO_PERMISSION',
  403: 'SENSORIUM_NO_PERMISSION',
  404: 'SENSORIUM_NOT_FOUND',
  410: 'SENSORIUM_NOT_FOUND',
};

/**
 * A file of a folder on a web server; on a page, `folder` may be relative to it. A query stays: `/model?version=3`.
 * Throws SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION, SENSORIUM_IO.
 */
export async function fetchFile(folder: string | URL, file: string): Promise<Uint8Array> {
  const url = new URL(String(folder), globalThis.document?.baseURI ?? globalThis.location?.href);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${file}`;
  const fail = (message: string, code: ErrorCode = 'SENSORIUM_IO', cause?: unknown): SensoriumError => {
    const place = url.origin + url.pathname;
    return new SensoriumError({ code, message: `"${place}": ${message}`, location: { file: place }, cause });
  };
  try {
    const response = await fetch(url);
    if (!response.ok) throw fail(`the server answered ${response.status}`, statusCodes[response.status]);
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    if (SensoriumError.is(error)) throw error;
    throw fail(error instanceof Error ? error.message : String(error), 'SENSORIUM_IO', error);
  }
}
