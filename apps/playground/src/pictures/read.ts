import { SensoriumError } from '@sensorium/contracts';
import type { Engine } from '../engine.js';
import type { GivenFile } from './choose.js';

/** Files that were read as pictures, and the error of those that were none. */
export interface ReadFiles {
  readonly pictures: readonly { readonly path: string; readonly picture: Blob }[];
  readonly problem: SensoriumError | null;
}

/** How far reading is. */
export interface Reading {
  readonly done: number;
  readonly of: number;
  readonly secondsLeft: number;
}

/** How many names a sentence holds. */
const SHOWN_NAMES = 3;

/** Reads files one after the other, and goes on behind one that is no picture. */
export async function readFiles(
  engine: Engine,
  files: readonly GivenFile[],
  onRead: (reading: Reading) => void = () => undefined,
): Promise<ReadFiles> {
  const pictures: { path: string; picture: Blob }[] = [];
  const failed: { path: string; error: unknown }[] = [];
  const begin = performance.now();
  for (const [index, { file, path }] of files.entries()) {
    try {
      pictures.push({ path, picture: await engine.run('readPicture', { file, name: path }) });
    } catch (error) {
      failed.push({ path, error });
    }
    const done = index + 1;
    const seconds = (performance.now() - begin) / 1000;
    onRead({ done, of: files.length, secondsLeft: (seconds / done) * (files.length - done) });
  }
  return { pictures, problem: problemOf(failed) };
}

function problemOf(failed: readonly { path: string; error: unknown }[]): SensoriumError | null {
  const [first] = failed;
  if (!first) return null;
  if (failed.length === 1) return notPicture(first.path, first.error);
  const names = failed.slice(0, SHOWN_NAMES).map(({ path }) => path);
  const more = failed.length > SHOWN_NAMES ? ` and ${failed.length - SHOWN_NAMES} more` : '';
  return new SensoriumError({
    code: 'SENSORIUM_BAD_MEDIA',
    message: `${failed.length} files are not pictures, and were left out: ${names.join(', ')}${more}.`,
    hint: 'Pictures are JPEG, PNG, WebP, GIF, BMP or AVIF files.',
  });
}

function notPicture(path: string, error: unknown): SensoriumError {
  const reason = error instanceof Error ? error.message : String(error);
  return new SensoriumError({
    code: 'SENSORIUM_BAD_MEDIA',
    message: `This file is not a picture that can be read: ${path}.`,
    hint: reason,
    cause: error,
  });
}
