import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Report } from './workload.js';

/** A file of the folder `shared` beside the repository, which holds models and data; undefined where it is not there. */
export function sharedFile(path: string): string | undefined {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'shared', path);
    if (existsSync(file)) return file;
  }
  return undefined;
}

/** What a workload gives whose data are missing. */
export const skipped = (...missing: readonly string[]): Report => {
  const reason = `not here: ${missing.map((path) => `../shared/${path}`).join(', ')}`;
  return { table: [[`skipped: ${reason}`]], result: { skipped: reason } };
};
