import { SensoriumError } from '@sensorium/contracts';
import { concatenate } from './concatenate.js';
import { hostRule } from './read-access.js';
import { badStatus, fetchFailure } from './read-failure.js';
import { checkBytes, type ReadLimits } from './read-limits.js';
import { readPatiently } from './read-patiently.js';

/**
 * Fetches a URL and stops as soon as there are too many bytes. A browser does not show where a redirect leads, so that none is
 * followed where not everything may be read.
 */
export function readUrl(address: string, limits: ReadLimits): Promise<Uint8Array> {
  return readPatiently(limits, async (signal, heard) => {
    try {
      if (limits.access && /^https?:/i.test(address)) hostRule(new URL(address), limits.access, limits.name);
      const response = await fetch(address, { signal, redirect: limits.access ? 'error' : 'follow' });
      if (!response.ok) throw badStatus(limits.name, response.status);
      return await readBody(response, limits, heard);
    } catch (error) {
      throw SensoriumError.is(error) ? error : fetchFailure(limits.name, error);
    }
  });
}

async function readBody(response: Response, limits: ReadLimits, heard: () => void): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    heard();
    chunks.push(part.value);
    size += part.value.length;
    if (size > limits.maxBytes) await reader?.cancel();
    checkBytes(size, limits);
  }
  return concatenate(chunks);
}
