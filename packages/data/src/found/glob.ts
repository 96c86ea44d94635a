import { isHttp } from '../bytes/http-access.js';
import picomatch from 'picomatch/posix.js';

/** Whether a path has signs of a pattern in it. In an address, they mean something else. */
export const isGlob = (path: string): boolean => /[*?[\]{}]/.test(path) && !isHttp(path);

export interface Glob {
  /** The folder before the first sign, at which paths begin: `data` of `data/*.csv`. */
  readonly base: string;
  /** @param path seen from the base */
  readonly matches: (path: string) => boolean;
}

/** `*` within a name, `**` over folders, `?`, `[ab]`, `{png,jpg}`; capital and small letters differ. */
export function parseGlob(pattern: string): Glob {
  const path = pattern.replaceAll('\\', '/');
  const start = path.slice(0, path.search(/[*?[\]{}]/)).lastIndexOf('/') + 1;
  return { base: path.slice(0, Math.max(start - 1, 0)), matches: picomatch(path.slice(start)) };
}
