import { type ErrorCode, SensoriumError } from '@sensorium/contracts';
import { concatenate } from './concatenate.js';
import { checkBytes, type ReadLimits } from './read-limits.js';

const statusCodes: Readonly<Record<number, ErrorCode>> = {
  401: 'SENSORIUM_NO_PERMISSION',
  403: 'SENSORIUM_NO_PERMISSION',
  404: 'SENSORIUM_NOT_FOUND',
  410: 'SENSORIUM_NOT_FOUND',
};

/** Fetches a URL and stops as soon as there are too many bytes. */
export async function readUrl(url: string, limits: ReadLimits): Promise<Uint8Array> {
  try {
    const response = await fetch(url, { signal: limits.signal });
    if (!response.ok)
      throw fetchError(limits.name, `the server answered ${response.status}`, statusCodes[response.status]);
    return await readBody(response, limits);
  } catch (error) {
    limits.signal?.throwIfAborted();
    if (SensoriumError.is(error)) throw error;
    throw fetchError(limits.name, error instanceof Error ? error.message : String(error), undefined, error);
  }
}

function fetchError(name: string, message: string, code: ErrorCode = 'SENSORIUM_IO', cause?: unknown): SensoriumError {
  return new SensoriumError({
    code,
    message: `"${name}" could not be fetched: ${message}`,
    location: { file: name },
    cause,
  });
}

async function readBody(response: Response, limits: ReadLimits): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    chunks.push(part.value);
    size += part.value.length;
    if (size > limits.maxBytes) await reader?.cancel();
    checkBytes(size, limits);
  }
  return concatenate(chunks);
}
