import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileAccess } from '../bytes/file-access.js';
import { httpAccess, isHttp } from '../bytes/http-access.js';
import { ioError } from '../store/io-error.js';
import type { Place } from './place.js';

/** Paths of this machine, and addresses of file, http and https. */
export const disk: Place = {
  open: (path, signal) => (isHttp(path) ? httpAccess(path, signal) : fileAccess(pathOf(path))),
  async list(folder, signal) {
    if (isHttp(folder)) return undefined;
    try {
      const found = await readdir(folder, { recursive: true, withFileTypes: true });
      signal?.throwIfAborted();
      return found
        .filter((entry) => entry.isFile() || entry.isSymbolicLink())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
        .sort();
    } catch (error) {
      if (isNoFolder(error)) return undefined;
      throw ioError(error, folder);
    }
  },
};

const pathOf = (address: string): string => (/^file:/i.test(address) ? fileURLToPath(address) : address);

const isNoFolder = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
