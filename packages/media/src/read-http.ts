import { get as getHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import { pipeline, type Duplex, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { SensoriumError } from '@sensorium/contracts';
import { concatenate } from './concatenate.js';
import { type HostRule, hostRule, notAllowed } from './read-access.js';
import { badStatus, fetchError, fetchFailure } from './read-failure.js';
import { checkBytes, type ReadLimits } from './read-limits.js';
import { readPatiently } from './read-patiently.js';
import { isIpAddress, isPublic, publicAgents } from './read-public.js';

const MOST_REDIRECTS = 5;

const decompressors: Readonly<Record<string, () => Duplex>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * Reads an http or https address, and each that it redirects to, as far as access goes. It stops as soon as there are too many
 * bytes, compressed or not. Not `fetch`, which cannot be told where it may connect to.
 */
export function readHttp(address: string, limits: ReadLimits): Promise<Uint8Array> {
  return readPatiently(limits, async (signal, heard) => {
    try {
      const response = await followRedirects(parseUrl(address, limits), limits, signal, heard);
      return await readBody(response, limits, heard);
    } catch (error) {
      throw SensoriumError.is(error) ? error : fetchFailure(limits.name, error);
    }
  });
}

async function followRedirects(
  start: URL,
  limits: ReadLimits,
  signal: AbortSignal,
  heard: () => void,
): Promise<IncomingMessage> {
  let url = start;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const response = await request(url, limits, signal);
    heard();
    const { statusCode: status = 0, headers } = response;
    if (status >= 200 && status < 300) return response;
    response.destroy();
    if (status < 300 || status >= 400 || headers.location === undefined) throw badStatus(limits.name, status);
    url = parseUrl(headers.location, limits, url);
  }
  throw fetchError(limits.name, { message: `the server redirects more than ${MOST_REDIRECTS} times` });
}

/** Throws SENSORIUM_IO, without the address: passwords may be what makes it none. */
function parseUrl(address: string, { name }: ReadLimits, base?: URL): URL {
  const url = parsed(address, base);
  if (url && /^https?:$/.test(url.protocol)) return url;
  const message = base ? 'the server redirects to what is no address of http or https' : 'it is not a valid URL';
  throw fetchError(name, { message });
}

function parsed(address: string, base: URL | undefined): URL | undefined {
  try {
    return new URL(address, base);
  } catch {
    return undefined;
  }
}

function request(url: URL, { access, name }: ReadLimits, signal: AbortSignal): Promise<IncomingMessage> {
  const rule = access ? hostRule(url, access, name) : 'anywhere';
  if (rule === 'public' && isIpAddress(url) && !isPublic(url.hostname)) throw notAllowed(name);
  return new Promise((resolve, reject) => {
    const sent = send(url, rule, signal, resolve).on('error', (error: NodeJS.ErrnoException) => {
      const isStale = sent.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted;
      // The server has closed a connection that was kept open for the next request.
      if (isStale) send(url, rule, signal, resolve).on('error', reject);
      else reject(error);
    });
  });
}

function send(url: URL, rule: HostRule, signal: AbortSignal, take: (response: IncomingMessage) => void): ClientRequest {
  const isSecure = url.protocol === 'https:';
  const agent = rule === 'public' ? publicAgents[isSecure ? 'https:' : 'http:'] : undefined;
  const headers = { accept: '*/*', 'accept-encoding': 'gzip, br', 'user-agent': 'sensorium' };
  return (isSecure ? getHttps : getHttp)(url, { agent, headers, signal }, take);
}

async function readBody(response: IncomingMessage, limits: ReadLimits, heard: () => void): Promise<Uint8Array> {
  const encoding = response.headers['content-encoding'];
  const body = decompressed(response, encoding);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    if (body === response) checkBytes(Number(response.headers['content-length'] ?? 0), limits);
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      heard();
      chunks.push(chunk);
      size += chunk.length;
      checkBytes(size, limits);
    }
  } finally {
    response.destroy();
  }
  return concatenate(chunks);
}

/** The body as it was before its server compressed it. */
function decompressed(response: IncomingMessage, encoding: string | undefined): Readable {
  const create = Object.hasOwn(decompressors, encoding ?? '') ? decompressors[encoding ?? ''] : undefined;
  // An error of the response is one of the decompressor, which is read.
  return create ? pipeline(response, create(), () => {}) : response;
}
