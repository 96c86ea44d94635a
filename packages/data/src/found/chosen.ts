import { SensoriumError } from '@sensorium/contracts';
import { blobAccess } from '../bytes/blob-access.js';
import { httpAccess, isHttp } from '../bytes/http-access.js';
import { didYouMean } from '../nearest.js';
import type { Place } from './place.js';

/** Files that a person chose, by their paths, and addresses of http and https. */
export const chosenPlace = (files: ReadonlyMap<string, Blob>): Place => ({
  async open(path, signal) {
    if (isHttp(path)) return httpAccess(path, signal);
    const file = files.get(path);
    if (file) return blobAccess(file, path);
    throw notChosen(path, files);
  },
  async list(folder) {
    const prefix = folder === '' || folder.endsWith('/') ? folder : `${folder}/`;
    const below = [...files.keys()].filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
    return below.length > 0 ? below.sort() : undefined;
  },
});

const notChosen = (path: string, files: ReadonlyMap<string, Blob>): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_NOT_FOUND',
    message: `"${path}" is not among the ${files.size} files that were given.${didYouMean(path, files.keys())}`,
    hint: 'Paths in a table begin at its folder. Give all files that it names.',
    location: { file: path },
  });
