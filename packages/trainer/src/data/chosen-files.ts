import { SensoriumError } from '@sensorium/contracts';
import { didYouMean, sha256 } from '@sensorium/data';
import type { Platform } from '@sensorium/orchestrator';
import { isFile, type Content, type Files } from './files.js';

/** Files by their paths: a directory that a person chose, or what an application made. */
export type ChosenFiles = ReadonlyMap<string, Blob>;

/** Files that a person chose, from one of their folders on. */
export function chosenFiles(files: ChosenFiles, folder: string, platform: Platform): Files {
  const found = new Map<Blob, Promise<string>>();
  const pathOf = (address: string): string => (isFile(address) ? within(folder, address) : address);
  return {
    io: (options) => {
      const io = platform.io(files, options);
      return {
        ...io,
        read: (address, limits) => io.read(typeof address === 'string' ? pathOf(address) : address, limits),
      };
    },
    async find(address) {
      if (isFile(address)) chosenFile(files, pathOf(address));
    },
    async contentOf(address): Promise<Content> {
      if (!isFile(address)) return { hash: address, wasRead: false };
      const blob = chosenFile(files, pathOf(address));
      const known = found.get(blob);
      const hash = known ?? hashOf(blob);
      found.set(blob, hash);
      return { hash: await hash, wasRead: known === undefined };
    },
    save: async () => undefined,
  };
}

/** Throws SENSORIUM_NOT_FOUND. */
export function chosenFile(files: ChosenFiles, path: string): Blob {
  const file = files.get(path);
  if (file) return file;
  throw new SensoriumError({
    code: 'SENSORIUM_NOT_FOUND',
    message: `"${path}" is not among the ${files.size} files that were given.${didYouMean(path, files.keys())}`,
    hint: 'Paths in a table begin at its folder. Give all files that it names.',
    location: { file: path },
  });
}

/** `photos/1.png` of `photos/tables` and `../1.png` */
export function within(folder: string, address: string): string {
  const steps: string[] = [];
  for (const step of [...folder.split('/'), ...address.split('/')]) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.join('/');
}

const hashOf = async (blob: Blob): Promise<string> => sha256(new Uint8Array(await blob.arrayBuffer()));
