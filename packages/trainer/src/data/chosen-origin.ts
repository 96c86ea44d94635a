import { chosenPlace, isHttp } from '@sensorium/data';
import type { Platform } from '@sensorium/orchestrator';
import type { Origin } from '../host.js';
import { chosenFile, chosenFiles, within, type ChosenFiles } from './chosen-files.js';

/** The paths of a manifest, of tables and of rows among files that a person chose. */
export function chosenOrigin(files: ChosenFiles, platform: Platform): Origin {
  const pathOf = (path: string): string => (isHttp(path) ? path : within('', path));
  return {
    base: files,
    pathOf,
    read: async (path, signal) => {
      const bytes = new Uint8Array(await chosenFile(files, pathOf(path)).arrayBuffer());
      signal?.throwIfAborted();
      return bytes;
    },
    place: chosenPlace(files),
    filesFrom: (base) => chosenFiles(files, base, platform),
    files: chosenFiles(files, '', platform),
    seenFrom: (_, path) => path,
  };
}
