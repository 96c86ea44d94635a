import type { FileHandle } from 'node:fs/promises';
import { SensoriumError } from '@sensorium/contracts';
import { ioError } from './io-error.js';
import type { StoredFile } from './store.js';

/** Bytes. Node 20 ends the process where 2 GiB or more are read at once. */
export const MOST_AT_ONCE = 2 ** 30;

/** What an open file holds. It owns the handle, and can be read though somebody removes or replaces the file. */
export const openFile = async (path: string, handle: FileHandle): Promise<StoredFile> =>
  new OpenFile(path, handle, (await handle.stat()).size);

class OpenFile implements StoredFile {
  constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    readonly size: number,
  ) {}

  async read(target: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < target.length;) {
      const { bytesRead } = await this.attempt(() =>
        this.handle.read(target, done, Math.min(target.length - done, MOST_AT_ONCE), position + done),
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

const tooShort = (path: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_IO',
    message: `"${path}" became shorter while it was read`,
    location: { file: path },
  });
