import { SensoriumError } from '@sensorium/contracts';
import type { RandomAccess } from '../bytes/random-access.js';
import { didYouMean } from '../nearest.js';
import { badArchive, bomb } from './archive-error.js';

/** A file in an archive. */
export interface ArchiveFile {
  /** As it stands in the archive: `cats/1.png`. */
  readonly path: string;
  /** Of its content, in bytes, as the archive says it. */
  readonly size: number;
  /** In the archive, in bytes. */
  readonly storedSize: number;
  /** Throws SENSORIUM_BAD_MEDIA where it is damaged or holds more than it says, and the signal's reason. */
  read(signal?: AbortSignal): Promise<Uint8Array>;
}

/** An archive of which it is known what lies where. */
export interface Archive {
  readonly name: string;
  /** By path. Of two with one path, the later one counts, as where archives are unpacked. */
  readonly files: ReadonlyMap<string, ArchiveFile>;
}

export interface ReadEntryOptions {
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/** Bytes of content for each that is stored: deflate has no more than 1,032, and what people pack hardly 50. */
const MOST_RATIO = 200;
/** Below, it does no harm. */
const HARMLESS_BYTES = 2 ** 24;
/** Of one file: what fits into one array everywhere. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * Files of an archive, none of which leads out of it or is made to fill memory. Throws SENSORIUM_BAD_MEDIA and
 * SENSORIUM_MEDIA_TOO_LARGE.
 */
export function archiveOf({ name, size }: RandomAccess, files: readonly ArchiveFile[]): Archive {
  for (const file of files) checkFile(file, name);
  const stored = files.reduce((sum, { storedSize }) => sum + storedSize, 0);
  if (stored > size) throw bomb(name, `has ${size} bytes, and its files ${stored}: they overlap`);
  return { name, files: new Map(files.map((file) => [file.path, file])) };
}

function checkFile({ path, size, storedSize }: ArchiveFile, name: string): void {
  if (leadsOut(path)) {
    throw badArchive(
      name,
      `has a file "${path}", which would lie outside of it`,
      'Pack it again, by names without "..".',
    );
  }
  if (size > HARMLESS_BYTES && size > MOST_RATIO * storedSize) {
    throw bomb(name, `has a file "${path}", which grows from ${storedSize} to ${size} bytes`);
  }
}

/** Whether a path leads out of the folder that it begins at, on any system. */
export const leadsOut = (path: string): boolean =>
  /^(?:[/\\]|[a-z]:)|\0/i.test(path) || path.split(/[/\\]/).includes('..');

/** The content of a file in an archive. Throws SENSORIUM_NOT_FOUND, SENSORIUM_MEDIA_TOO_LARGE and what reading throws. */
export async function readFileOf(
  { name, files }: Archive,
  path: string,
  { maxBytes = MOST_BYTES, signal }: ReadEntryOptions = {},
): Promise<Uint8Array> {
  signal?.throwIfAborted();
  const file = files.get(path);
  if (!file) throw notInside(name, path, files);
  if (file.size > maxBytes) throw tooLarge(`${name}!${path}`, file.size, maxBytes);
  return file.read(signal);
}

export const notInside = (name: string, path: string, files: ReadonlyMap<string, unknown>): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_NOT_FOUND',
    message: `"${name}" has no file "${path}".${didYouMean(path, files.keys())}`,
    hint: `It has ${files.size} files. A path inside follows the "!": photos.zip!cats/1.png.`,
    location: { file: name },
  });

export const tooLarge = (file: string, size: number, most: number): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MEDIA_TOO_LARGE',
    message: `"${file}" has ${size} bytes; the limit is ${most}`,
    hint: 'Make it smaller, or raise the limit.',
    location: { file },
  });
