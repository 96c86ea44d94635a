import { SensoriumError, type IO } from '@sensorium/contracts';
import { didYouMean } from '@sensorium/data';
import { isUrl } from './is-url.js';

/** Reads files that a person chose, by their names; URLs as they are. */
export function chosenFilesIO(
  files: ReadonlyMap<string, Blob>,
  { name, signal }: Pick<IO, 'name' | 'signal'>,
  readUrl: IO['read'],
): IO {
  return {
    name,
    signal,
    async read(address, options) {
      signal?.throwIfAborted();
      if (isUrl(address)) return readUrl(address, options);
      const path = String(address).replace(/^\.\//, '');
      const file = files.get(path);
      if (!file) throw notChosen(path, [...files.keys()]);
      if (file.size > (options?.maxBytes ?? Infinity)) throw tooLarge(path, file.size);
      return new Uint8Array(await file.arrayBuffer());
    },
  };
}

const tooLarge = (path: string, size: number): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MEDIA_TOO_LARGE',
    message: `"${path}" has ${size} bytes, more than are read`,
    location: { file: path },
  });

const notChosen = (path: string, names: readonly string[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_NOT_FOUND',
    message: `"${path}" is none of the ${names.length} files that were chosen.${didYouMean(path, names)}`,
    hint: 'Choose the folder with all files that the table names.',
    location: { file: path },
  });
