import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getSystemErrorMap } from 'node:util';
import { type ErrorCode, SensoriumError } from '@sensorium/contracts';
import { type Access, notAllowed } from './read-access.js';
import { checkBytes, type ReadLimits } from './read-limits.js';

/** How much is read between two looks at the signal. */
const PART = 2 ** 23;

/** Does not wait for somebody to write into a pipe: only what is a file is read. Windows has neither. */
const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;

/** Reads a file of this machine: a path, or a file: URL. */
export async function readLocal(address: string, limits: ReadLimits): Promise<Uint8Array> {
  const { access, name, signal } = limits;
  try {
    const path = /^file:/i.test(address) ? fileURLToPath(address) : address;
    const file = access
      ? await open(await allowedPath(path, access, name), O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
      : await open(path, O_RDONLY | O_NONBLOCK);
    return await readAndClose(file, limits);
  } catch (error) {
    signal?.throwIfAborted();
    if (SensoriumError.is(error)) throw error;
    throw fileError(error as NodeJS.ErrnoException, limits);
  }
}

async function readAndClose(file: FileHandle, limits: ReadLimits): Promise<Uint8Array> {
  try {
    const status = await file.stat();
    if (!status.isFile()) throw Object.assign(new Error('not a file'), { code: NO_FILE });
    checkBytes(status.size, limits);
    return await readWhole(file, status.size, limits.signal);
  } finally {
    await file.close();
  }
}

async function readWhole(file: FileHandle, size: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let filled = 0;
  while (filled < size) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(bytes, filled, Math.min(PART, size - filled), filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/**
 * Where a path leads to, if that is below one of the folders. One that does not even look so is refused without a look at the
 * disk, so that nobody learns what there is.
 */
async function allowedPath(path: string, { folders = [] }: Access, name: string): Promise<string> {
  const places = folders.map((folder) => resolve(/^file:/i.test(String(folder)) ? fileURLToPath(folder) : `${folder}`));
  const real = await Promise.all(places.map((place) => realpath(place).catch(() => place)));
  const isBelowOne = (candidate: string): boolean => [...places, ...real].some((place) => isBelow(place, candidate));
  if (!isBelowOne(resolve(path))) throw notAllowed(name);
  const target = await realpath(path);
  if (real.some((place) => isBelow(place, target))) return target;
  throw Object.assign(new Error('a link leads out of the folder'), { code: 'ENOENT' });
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

interface Meaning {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

const NO_FILE = 'SENSORIUM_NO_FILE';

const notFound: Meaning = {
  code: 'SENSORIUM_NOT_FOUND',
  message: 'there is no such file',
  hint: 'Check how it is spelt, and from which folder the path is meant: one in a table starts at its folder.',
};
const noPermission: Meaning = { code: 'SENSORIUM_NO_PERMISSION', message: 'it may not be read' };
const noFile: Meaning = { code: 'SENSORIUM_IO', message: 'it is not a file', hint: 'Give the path of a file.' };

const meanings: ReadonlyMap<string | undefined, Meaning> = new Map([
  ['ENOENT', notFound],
  ['ENOTDIR', notFound],
  ['ENAMETOOLONG', notFound],
  ['EACCES', noPermission],
  ['EPERM', noPermission],
  [NO_FILE, noFile],
  ['EISDIR', noFile],
  // A socket.
  ['ENXIO', noFile],
]);

/** The same for all that is not below the folders in the end, and for what is nowhere. */
const notAmongThem: Meaning = {
  code: 'SENSORIUM_NOT_FOUND',
  message: 'there is no such file among those that may be read',
  hint: 'Check how it is spelt.',
};

/** What tells nothing of a file. */
const ofTheMachine: readonly (string | undefined)[] = ['EMFILE', 'ENFILE', 'ENOMEM', 'EIO'];

function fileError(cause: NodeJS.ErrnoException, { name, access }: ReadLimits): SensoriumError {
  const found = meanings.get(cause.code) ?? { code: 'SENSORIUM_IO', message: wordsOf(cause) };
  const { code, message, hint } = access && !ofTheMachine.includes(cause.code) ? notAmongThem : found;
  return new SensoriumError({ code, message: `"${name}": ${message}`, hint, location: { file: name }, cause });
}

/** The system's own words: those of Node's errors have the whole path in them. */
function wordsOf({ errno, message }: NodeJS.ErrnoException): string {
  const [, words] = (errno === undefined ? undefined : getSystemErrorMap().get(errno)) ?? [];
  return words ?? message.replace(/ Received '[^]*$/, '');
}
