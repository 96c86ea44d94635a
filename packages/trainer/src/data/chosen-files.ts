import { SensoriumError } from '@sensorium/contracts';
import { addressInside, chosenPlace, didYouMean, entryAddress, findEntry, readEntry, sha256 } from '@sensorium/data';
import type { Platform } from '@sensorium/orchestrator';
import { isFile, type Content, type Files } from './files.js';

/** Files by their paths: a directory that a person chose, or what an application made. */
export type ChosenFiles = ReadonlyMap<string, Blob>;

/** Files that a person chose, from one of their folders on. */
export function chosenFiles(files: ChosenFiles, folder: string, platform: Platform): Files {
  const found = new Map<string, Promise<string>>();
  const place = chosenPlace(files);
  const archive = entryAddress(folder);
  const pathOf = (address: string): string => {
    if (!isFile(address)) return address;
    return archive ? addressInside(archive, address) : within(folder, address);
  };
  const contentOf = async (path: string): Promise<string> => {
    const inside = entryAddress(path);
    if (!inside) return hashOf(chosenFile(files, path));
    return sha256(await readEntry(await place.open(inside.container), inside.entry));
  };
  return {
    io: (options) => {
      const io = platform.io(files, options);
      return {
        ...io,
        read: (address, limits) => io.read(typeof address === 'string' ? pathOf(address) : address, limits),
      };
    },
    async find(address) {
      if (!isFile(address)) return;
      const inside = entryAddress(pathOf(address));
      if (inside) await findEntry(await place.open(inside.container), inside.entry);
      else chosenFile(files, pathOf(address));
    },
    async contentOf(address): Promise<Content> {
      if (!isFile(address)) return { hash: address, wasRead: false };
      const path = pathOf(address);
      const known = found.get(path);
      const hash = known ?? contentOf(path);
      found.set(path, hash);
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
