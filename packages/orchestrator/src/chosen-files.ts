import { SensoriumError, type IO } from '@sensorium/contracts';
import { chosenPlace, didYouMean, entryAddress, readEntry } from '@sensorium/data';
import { isUrl } from '@sensorium/media';

/** Reads files that a person chose, by their names; URLs as `io` does. */
export function chosenFilesIO(files: ReadonlyMap<string, Blob>, io: IO): IO {
  const place = chosenPlace(files);
  const mostBytes = io.limits?.['bytes'] ?? Infinity;
  return {
    ...io,
    async read(address, options) {
      io.signal?.throwIfAborted();
      if (isUrl(address)) return io.read(address, options);
      const path = String(address).replace(/^\.\//, '');
      const maxBytes = Math.min(options?.maxBytes ?? Infinity, mostBytes);
      const inside = files.has(path) ? undefined : entryAddress(path);
      if (inside) return readEntry(await place.open(inside.container), inside.entry, { maxBytes, signal: io.signal });
      const file = files.get(path);
      if (!file) throw notChosen(path, [...files.keys()]);
      if (file.size > maxBytes) throw tooLarge(path, file.size);
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
