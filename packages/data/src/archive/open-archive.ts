import type { RandomAccess } from '../bytes/random-access.js';
import { Recent } from '../recent.js';
import type { Archive } from './archive.js';
import { openTar } from './tar.js';

const opened = new Recent<Archive>(16);

/** What is in a .zip or .tar; it is remembered while the file stays as it is. Throws what `openZip` and `openTar` throw. */
export const openArchive = (access: RandomAccess): Promise<Archive> =>
  opened.get(access.state, () => (isZip(access.name) ? zip(access) : openTar(access)));

const zip = async (access: RandomAccess): Promise<Archive> => (await import('./zip.js')).openZip(access);

const isZip = (name: string): boolean => /\.zip$/i.test(name);
