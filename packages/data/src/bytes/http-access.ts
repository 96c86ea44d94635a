import { SensoriumError } from '@sensorium/contracts';
import { blobAccess } from './blob-access.js';
import { endedEarly } from './ended.js';
import type { RandomAccess } from './random-access.js';

/** Of a file that a server gives as a whole only; larger ones are refused, because it would have to be held in memory. */
const MOST_WHOLE_BYTES = 2 ** 28;

const IDLE_SECONDS = 60;

export const isHttp = (address: string): boolean => /^https?:\/\//i.test(address);

/**
 * A file on a server, read by ranges (RFC 9110, section 14); one of at most 256 MiB is read whole where the server gives no
 * ranges. Throws SENSORIUM_NOT_FOUND, SENSORIUM_IO, SENSORIUM_TIMEOUT, SENSORIUM_MEDIA_TOO_LARGE, and the signal's reason.
 */
export async function httpAccess(address: string, signal?: AbortSignal): Promise<RandomAccess> {
  const name = withoutSecrets(address);
  const response = await get(address, name, 'bytes=0-0', signal);
  if (response.status !== 206) return blobAccess(await wholeOf(response, name), name);
  const size = sizeIn(response.headers.get('content-range'), name);
  const { headers } = response;
  await response.body?.cancel();
  return {
    name,
    size,
    state: [address, size, headers.get('etag'), headers.get('last-modified')].join('\n'),
    async read(start, end, own) {
      if (start === end) return new Uint8Array();
      const part = await get(address, name, `bytes=${start}-${end - 1}`, own);
      const bytes = new Uint8Array(await part.arrayBuffer());
      if (bytes.length === end - start) return bytes;
      throw endedEarly(name);
    },
  };
}

async function get(address: string, name: string, range: string, signal?: AbortSignal): Promise<Response> {
  const late = AbortSignal.timeout(IDLE_SECONDS * 1000);
  try {
    // Of what is compressed on the way, ranges would be those of the compressed bytes.
    const headers = { range, 'accept-encoding': 'identity' };
    const response = await fetch(address, { headers, signal: signal ? AbortSignal.any([signal, late]) : late });
    if (response.ok) return response;
    await response.body?.cancel();
    throw badStatus(name, response.status);
  } catch (cause) {
    signal?.throwIfAborted();
    if (SensoriumError.is(cause)) throw cause;
    throw late.aborted ? silent(name, cause) : unreachable(name, cause);
  }
}

async function wholeOf(response: Response, name: string): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    chunks.push(part.value);
    size += part.value.length;
    if (size <= MOST_WHOLE_BYTES) continue;
    await reader?.cancel();
    throw withoutRanges(name);
  }
  return new Blob(chunks);
}

/** `bytes 0-0/1234` */
function sizeIn(range: string | null, name: string): number {
  const size = /^bytes \d+-\d+\/(\d+)$/.exec(range ?? '')?.[1];
  if (size !== undefined) return Number(size);
  throw new SensoriumError({
    code: 'SENSORIUM_IO',
    message: `the server of "${name}" gives a part of it, and does not say of how many bytes`,
    hint: 'Download the file, and name it where it lies.',
    location: { file: name },
  });
}

/** Passwords and queries do not belong into messages. */
function withoutSecrets(address: string): string {
  const { origin, pathname } = new URL(address);
  return origin + pathname;
}

const badStatus = (file: string, status: number): SensoriumError =>
  new SensoriumError({
    code: status === 404 || status === 410 ? 'SENSORIUM_NOT_FOUND' : 'SENSORIUM_IO',
    message: `the server of "${file}" answers with status ${status}`,
    location: { file },
  });

const withoutRanges = (file: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MEDIA_TOO_LARGE',
    message: `"${file}" has more than ${MOST_WHOLE_BYTES / 2 ** 20} MiB, and its server gives no parts of files`,
    hint: 'Download the file, and name it where it lies.',
    location: { file },
  });

const unreachable = (file: string, cause: unknown): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_IO',
    message: `"${file}" cannot be fetched: ${causeOf(cause)}`,
    hint: 'Check the address and the network.',
    location: { file },
    cause,
  });

/** `fetch` says "fetch failed", and the reason in its cause. */
function causeOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}

const silent = (file: string, cause: unknown): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_TIMEOUT',
    message: `the server of "${file}" did not answer within ${IDLE_SECONDS} s`,
    location: { file },
    cause,
  });
