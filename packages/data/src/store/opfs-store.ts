import { SensoriumError, type ErrorCode } from '@sensorium/contracts';
import type { AtomicFile, Lock, Store, StoredFile } from './store.js';

/**
 * A folder of the page's private file system (OPFS): files that stay when the page is closed, and that nobody else sees.
 * Folders above it are named with slashes. Throws SENSORIUM_IO where the browser has none.
 */
export function opfsStore(path: string): Store {
  if (typeof globalThis.navigator?.storage?.getDirectory === 'function') return new OpfsStore(path);
  throw new SensoriumError({
    code: 'SENSORIUM_IO',
    message: 'this browser has no private file system, or the page comes neither by https nor from localhost',
    hint: 'Keep the files in memory instead.',
  });
}

/** In the standard and in browsers, but not in TypeScript's library. */
interface MovableFile extends FileSystemFileHandle {
  move(name: string): Promise<void>;
}

/** As well. */
interface ListedFolder extends FileSystemDirectoryHandle {
  keys(): AsyncIterableIterator<string>;
}

/** What only the owner of the lock may find: a file that a closed page was just writing. */
const UNFINISHED = '.part';

class OpfsStore implements Store {
  private readonly names: readonly string[];

  constructor(path: string) {
    this.names = path.split('/').filter((name) => name !== '');
  }

  path(file?: string): string {
    return [...this.names, ...(file === undefined ? [] : [file])].join('/');
  }

  async list(): Promise<string[]> {
    const names = await this.unlessMissing(undefined, async () => {
      const found: string[] = [];
      const folder = (await this.folder(false)) as ListedFolder;
      for await (const name of folder.keys()) found.push(name);
      return found;
    });
    return (names ?? []).filter((name) => !name.endsWith(UNFINISHED));
  }

  open(file: string): Promise<StoredFile | undefined> {
    return this.unlessMissing(file, async () => {
      const folder = await this.folder(false);
      return fileOf(await (await folder.getFileHandle(file)).getFile(), this.path(file));
    });
  }

  create(file: string): Promise<AtomicFile> {
    return this.attempt(file, async () => {
      const folder = await this.folder(true);
      const aside = `${file}.${crypto.randomUUID()}${UNFINISHED}`;
      const handle = (await folder.getFileHandle(aside, { create: true })) as MovableFile;
      const stream = await handle.createWritable();
      let isOpen = true;
      const commit = async (): Promise<void> => {
        isOpen = false;
        await stream.close();
        await handle.move(file);
      };
      return {
        write: (data, position) =>
          this.attempt(file, () => stream.write({ type: 'write', position, data: data as Uint8Array<ArrayBuffer> })),
        commit: () => this.attempt(file, commit),
        commitAndOpen: () =>
          this.attempt(file, async () => {
            await commit();
            return fileOf(await handle.getFile(), this.path(file));
          }),
        dispose: async () => {
          if (!isOpen) return;
          isOpen = false;
          await stream.abort();
          await this.remove(aside);
        },
      };
    });
  }

  async rename(file: string, to: string): Promise<boolean> {
    const done = await this.unlessMissing(file, async () => {
      const handle = (await (await this.folder(false)).getFileHandle(file)) as MovableFile;
      await handle.move(to);
      return true;
    });
    return done ?? false;
  }

  async remove(file: string): Promise<void> {
    await this.unlessMissing(file, async () => (await this.folder(false)).removeEntry(file));
  }

  at(name: string): Store {
    return new OpfsStore(this.path(name));
  }

  /** By the browser's own locks, which end with the page. */
  async lock(): Promise<Lock> {
    const lock = await takeLock(`sensorium/${this.path()}`);
    if (!lock) {
      throw new SensoriumError({
        code: 'SENSORIUM_LOCKED',
        message: 'another training writes into this folder, perhaps in another tab',
        hint: 'Wait for it, stop it, or train into another folder.',
        location: { file: this.path() },
      });
    }
    await this.unlessMissing(undefined, async () => {
      const folder = (await this.folder(false)) as ListedFolder;
      for await (const name of folder.keys()) if (name.endsWith(UNFINISHED)) await folder.removeEntry(name);
    });
    return lock;
  }

  private async folder(create: boolean): Promise<FileSystemDirectoryHandle> {
    let folder = await navigator.storage.getDirectory();
    for (const name of this.names) folder = await folder.getDirectoryHandle(name, { create });
    return folder;
  }

  private async unlessMissing<T>(file: string | undefined, action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      if (isNamed(error, 'NotFoundError')) return undefined;
      throw placed(error, this.path(file));
    }
  }

  private async attempt<T>(file: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw placed(error, this.path(file));
    }
  }
}

function fileOf(file: File, path: string): StoredFile {
  const read = async (target: Uint8Array, position: number): Promise<void> => {
    try {
      target.set(new Uint8Array(await file.slice(position, position + target.length).arrayBuffer()));
    } catch (error) {
      throw placed(error, path);
    }
  };
  return { size: file.size, read, dispose: async () => undefined };
}

/** Undefined where somebody has it. */
function takeLock(name: string): Promise<Lock | undefined> {
  return new Promise((resolve, reject) => {
    const held = (lock: unknown): Promise<void> | undefined => {
      if (lock === null) return (resolve(undefined), undefined);
      return new Promise((release) => resolve({ release }));
    };
    navigator.locks.request(name, { ifAvailable: true }, held).catch(reject);
  });
}

const codes: Readonly<Record<string, ErrorCode>> = {
  QuotaExceededError: 'SENSORIUM_DISK_FULL',
  NotAllowedError: 'SENSORIUM_NO_PERMISSION',
  NoModificationAllowedError: 'SENSORIUM_NO_PERMISSION',
  NotFoundError: 'SENSORIUM_NOT_FOUND',
};

const isNamed = (error: unknown, name: string): boolean => error instanceof DOMException && error.name === name;

function placed(error: unknown, path: string): unknown {
  if (!(error instanceof DOMException)) return error;
  return new SensoriumError({
    code: codes[error.name] ?? 'SENSORIUM_IO',
    message: `"${path}": ${error.message}`,
    hint: 'Pages may keep only so much: free some space, or keep the files in memory.',
    location: { file: path },
    cause: error,
  });
}
