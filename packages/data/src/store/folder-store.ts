import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openAtomic, targetOf } from './atomic-file.js';
import { FolderLock, LOCK_FILE } from './folder-lock.js';
import { ioError } from './io-error.js';
import { makeDirectory } from './make-directory.js';
import { openFile } from './open-file.js';
import type { AtomicFile, Lock, Store, StoredFile } from './store.js';

/** A folder as a store. It and those above it are made with the first file. */
export const folderStore = (path: string): Store => new FolderStore(resolve(path));

/** A killed run leaves its unfinished file behind; one that nobody has written to for so long has no owner. */
const ABANDONED_MS = 3_600_000;

class FolderStore implements Store {
  private locking: FolderLock | undefined;

  constructor(private readonly folder: string) {}

  path(file?: string): string {
    return file === undefined ? this.folder : join(this.folder, file);
  }

  async list(): Promise<string[]> {
    return (await this.names()).filter((name) => name !== LOCK_FILE && targetOf(name) === undefined).sort();
  }

  async open(file: string): Promise<StoredFile | undefined> {
    const path = this.path(file);
    try {
      const handle = await open(path, 'r');
      return await openFile(path, handle);
    } catch (error) {
      return orNothing(error, path);
    }
  }

  async create(file: string): Promise<AtomicFile> {
    await makeDirectory(this.folder);
    await this.locking?.take();
    await this.removeParts((_, age) => age > ABANDONED_MS);
    return openAtomic(this.path(file));
  }

  async rename(file: string, to: string): Promise<boolean> {
    try {
      await rename(this.path(file), this.path(to));
      return true;
    } catch (error) {
      return orNothing(error, this.path(to)) ?? false;
    }
  }

  async remove(file: string): Promise<void> {
    try {
      await rm(this.path(file), { force: true });
    } catch (error) {
      throw ioError(error, this.path(file));
    }
  }

  at(name: string): Store {
    return new FolderStore(this.path(name));
  }

  async lock(): Promise<Lock> {
    const lock = new FolderLock(this.folder, () => this.removeParts((target) => target !== LOCK_FILE));
    await lock.takeIfThere();
    this.locking = lock;
    const release = (): void => {
      this.locking = undefined;
      lock.release();
    };
    return { release };
  }

  /**
   * Removes unfinished files by the names that they would get, and the milliseconds since they were written. Their owners may
   * finish or remove them meanwhile.
   */
  private async removeParts(isMeant: (target: string, age: number) => boolean): Promise<void> {
    for (const name of await this.names()) {
      const target = targetOf(name);
      if (target === undefined) continue;
      const path = this.path(name);
      try {
        const { mtimeMs } = await stat(path);
        if (isMeant(target, Date.now() - mtimeMs)) await rm(path, { force: true, recursive: true });
      } catch (error) {
        orNothing(error, path);
      }
    }
  }

  private async names(): Promise<string[]> {
    return (await readdir(this.folder).catch((error: unknown) => orNothing(error, this.folder))) ?? [];
  }
}

/** Undefined where there is no such file, or a file where its folder would be; throws any other error. */
function orNothing(error: unknown, path: string): undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw ioError(error, path);
}
