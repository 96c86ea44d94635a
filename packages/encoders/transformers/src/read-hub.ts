import { SensoriumError, type FileReading } from '@sensorium/contracts';
import type { Options } from './options.js';
import { isOnHub, listingOf } from './place.js';
import { problem } from './problem.js';

/**
 * Reads an address of the hub, or what was kept of it; undefined for other files. Throws SENSORIUM_NOT_FOUND,
 * SENSORIUM_NO_PERMISSION, SENSORIUM_IO and the signal's reason.
 */
export function readFromHub(file: string, given: Options, reading: FileReading): Promise<Uint8Array> | undefined {
  if (!isOnHub(given) || !/^https?:/.test(file)) return undefined;
  return file === listingOf(given) ? readListing(file, given, reading) : readOnce(file, given, reading);
}

async function readOnce(address: string, given: Options, reading: FileReading): Promise<Uint8Array> {
  const known = await reading.kept(address);
  if (known) return known;
  const bytes = await download(address, given, reading);
  await reading.keep(address, bytes);
  return bytes;
}

/** Where a branch stands is asked every time; should the hub not answer, the error says which commit is kept. */
async function readListing(address: string, given: Options, reading: FileReading): Promise<Uint8Array> {
  try {
    const bytes = await download(address, given, reading);
    await reading.keep(address, bytes);
    return bytes;
  } catch (error) {
    const known = await reading.kept(address);
    throw known && SensoriumError.is(error) && error.code === 'SENSORIUM_IO' ? withCommit(error, known) : error;
  }
}

function withCommit({ code, message, location, cause }: SensoriumError, listing: Uint8Array): SensoriumError {
  const { sha } = JSON.parse(new TextDecoder().decode(listing)) as { readonly sha: string };
  const hint = `Files that were read before are kept: with revision: ${sha} no network is needed for them.`;
  return new SensoriumError({ code, message, hint, location, cause });
}

async function download(address: string, given: Options, { signal, onProgress }: FileReading): Promise<Uint8Array> {
  signal?.throwIfAborted();
  try {
    const response = await fetch(address, { signal, headers: authorization() });
    if (!response.ok) throw refused(response.status, address, given);
    if (isPage(response)) throw unreachable(address, given, new Error('an HTML page came in place of the file'));
    return await bodyOf(response, onProgress);
  } catch (error) {
    signal?.throwIfAborted();
    throw SensoriumError.is(error) ? error : unreachable(address, given, error);
  }
}

/** What networks answer in the place of others until somebody logs in. */
const isPage = ({ headers }: Response): boolean => headers.get('content-type')?.startsWith('text/html') ?? false;

/** Models that want it are read with the token that all programs of Hugging Face take from the environment. */
function authorization(): Record<string, string> {
  const token = typeof process === 'undefined' ? undefined : process.env['HF_TOKEN'];
  return token ? { authorization: `Bearer ${token}` } : {};
}

async function bodyOf(response: Response, onProgress: FileReading['onProgress']): Promise<Uint8Array> {
  const total = Number(response.headers.get('content-length') ?? 0);
  const reader = response.body?.getReader();
  const parts: Uint8Array[] = [];
  let done = 0;
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    parts.push(part.value);
    done += part.value.length;
    onProgress?.(done, Math.max(done, total));
  }
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

function refused(status: number, address: string, given: Options): SensoriumError {
  const { model, revision = 'main' } = given;
  if (status === 401 || status === 403) {
    return problem(
      'SENSORIUM_NO_PERMISSION',
      model,
      'the hub has no model of this name, or it may not be read by everybody',
      'Check the name. For a model that asks for it, set HF_TOKEN to a token of yours that may read it.',
    );
  }
  if (status !== 404) {
    return problem('SENSORIUM_IO', model, `${address}: the server answered ${status}`, 'Try again later.');
  }
  const isListing = address === listingOf(given);
  return problem(
    'SENSORIUM_NOT_FOUND',
    model,
    isListing ? `the hub has no such model, or it has no revision "${revision}"` : `the hub has no ${address}`,
    isListing
      ? 'Check the name and the revision. A folder is written with ./ before it.'
      : 'Check the revision, and which dtypes the model has.',
  );
}

const unreachable = (address: string, { model }: Options, cause: unknown): SensoriumError =>
  problem(
    'SENSORIUM_IO',
    model,
    `${new URL(address).host} cannot be reached, or broke off`,
    'Check the connection. Without one, put the files of the model into a folder and name it in "model": ./folder.',
    cause,
  );
