import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { cacheDirectory, disk, folderStore, isHttp, readRegularFile, type Store } from '@sensorium/data';
import { platform, programFolders } from '@sensorium/orchestrator';
import { folderFiles } from './data/folder-files.js';
import type { Host, Origin } from './host.js';

export const nodeHost: Host = {
  platform,
  get from() {
    return programFolders();
  },
  cache: () => folderStore(cacheDirectory()),
  peakMemory: () => process.resourceUsage().maxRSS * 1024,
  folder: folderStore,
  origin: (manifestFile, cache) => folderOrigin(manifestFile ? dirname(manifestFile) : process.cwd(), cache),
};

/** A manifest's paths begin at its folder, those of a table at the table's, and those of rows at the working directory. */
function folderOrigin(folder: string, cache: Store): Origin {
  const pathOf = (path: string): string => (isHttp(path) ? path : resolve(folder, path));
  return {
    base: folder,
    pathOf,
    read: (path, signal) => readRegularFile(pathOf(path), { signal }),
    place: disk,
    filesFrom: (base) => folderFiles(base, platform, cache),
    files: folderFiles(process.cwd(), platform, cache),
    seenFrom(other, path) {
      if (isHttp(path) || isAbsolute(path) || other === undefined) return pathOf(path);
      return relative(resolve(other), pathOf(path)).split(sep).join('/');
    },
  };
}
