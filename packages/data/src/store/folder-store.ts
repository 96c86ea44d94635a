import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SensoriumError } from '@sensorium/contracts';
import { openAtomic, targetOf } from './atomic-file.js';
import { FolderLock, LOCK_FILE } from './folder-lock.js';
import { ioError } from './io-error.js';
import { makeDirectory } from './make-directory.js';
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
    const names = await readdir(this.folder).catch((error: unknown) => orNothing(error, this.folder));
    return (names ?? []).filter((name) => name !== LOCK_FILE && targetOf(name) === undefined).sort();
  }

  async open(file: string): Promise<StoredFile | undefined> {
    const path = this.path(file);
    try {
      const handle = await open(path, 'r');
      return new OpenFile(path, handle, (await handle.stat()).size);
    } catch (error) {
      return orNothing(error, path);
    }
  }

  async create(file: string): Promise<AtomicFile> {
    await makeDirectory(this.folder);
    await this.locking?.take();
    await this.removeParts((target, age) => target === file && age > ABANDONED_MS);
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
    const lock = new FolderLock(this.folder, () => this.removeParts(() => true));
    await lock.takeIfThere();
    this.locking = lock;
    const release = (): void => {
      this.locking = undefined;
      lock.release();
    };
    return { release };
  }

  /** Removes unfinished files by the names that they would get, and the milliseconds since they were written. */
  private async removeParts(isMeant: (target: string, age: number) => boolean): Promise<void> {
    try {
      for (const name of await readdir(this.folder)) {
        const target = targetOf(name);
        if (target === undefined) continue;
        const { mtimeMs } = await stat(this.path(name));
        if (isMeant(target, Date.now() - mtimeMs)) await rm(this.path(name), { force: true });
      }
    } catch (error) {
      orNothing(error, this.folder);
    }
  }
}

class OpenFile implements StoredFile {
  constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    readonly size: number,
  ) {}

  async read(target: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < target.length;) {
      const { bytesRead } = await this.attempt(() =>
        this.handle.read(target, done, target.length - done, position + done),
      );
      if (bytesRead === 0) throw tooShort(this.path);
      done += bytesRead;
    }
  }

  dispose(): Promise<void> {
    return this.attempt(() => this.handle.close());
  }

  private async attempt<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw ioError(error, this.path);
    }
  }
}

/** Undefined where there is no such file, or a file where its folder would be; throws any other error. */
function orNothing(error: unknown, path: string): undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw ioError(error, path);
}

const tooShort = (path: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_IO',
    message: `"${path}" became shorter while it was read`,
    location: { file: path },
  });
