import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { SensoriumError } from '@sensorium/contracts';
import { ioError } from './io-error.js';

export const LOCK_FILE = 'training.lock';

/** Who trains into a folder. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When the lock was taken: ISO 8601. */
  readonly since: string;
}

/**
 * A file that says that somebody trains into a folder, so that nobody else does. One whose process is gone is taken over;
 * whether a process of another machine is gone cannot be known.
 */
export class FolderLock {
  private readonly path: string;
  /** What this training wrote into the file; undefined while the lock is not its own. */
  private own: string | undefined;

  /** @param onTake what is done first by whoever has the lock */
  constructor(
    folder: string,
    private readonly onTake: () => Promise<void>,
  ) {
    this.path = join(folder, LOCK_FILE);
  }

  /**
   * Takes the lock, if this training does not have it already. Throws SENSORIUM_LOCKED; SENSORIUM_NOT_FOUND where there is
   * no such folder; SENSORIUM_NO_PERMISSION, SENSORIUM_DISK_FULL, SENSORIUM_IO.
   */
  async take(): Promise<void> {
    if (this.own !== undefined) return;
    const owner: Owner = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
    const text = JSON.stringify({ ...owner, id: randomUUID() });
    while (!(await this.create(text))) await this.removeStale();
    this.own = text;
    process.once('exit', this.release);
    try {
      await this.onTake();
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /** The same, except that a folder that is not there is no error: nobody trains into it. */
  async takeIfThere(): Promise<void> {
    try {
      await this.take();
    } catch (error) {
      if (!SensoriumError.is(error) || error.code !== 'SENSORIUM_NOT_FOUND') throw error;
    }
  }

  /** Does nothing where this training does not have the lock. Synchronous: it is called when the process ends, too. */
  readonly release = (): void => {
    process.off('exit', this.release);
    const { path, own } = this;
    this.own = undefined;
    try {
      // Somebody may have removed the file by hand, and another training begun.
      if (own !== undefined && readFileSync(path, 'utf8') === own) rmSync(path);
    } catch {
      // A lock that stays is stale as soon as this process is gone.
    }
  };

  private async create(text: string): Promise<boolean> {
    const { path } = this;
    try {
      await writeFile(path, text, { flag: 'wx' });
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') return false;
      // A full disk may hold the name and not the content.
      if (code === 'ENOSPC' || code === 'EDQUOT') await rm(path, { force: true });
      throw ioError(error, path);
    }
  }

  /** Two that find the same stale lock must not remove each other's new one: who renames it first has it. */
  private async removeStale(): Promise<void> {
    const { path } = this;
    const aside = `${path}.${randomUUID()}.part`;
    try {
      const text = await readFile(path, 'utf8');
      const owner = ownerOf(text);
      if (!owner || !isGone(owner)) throw locked(path, owner);
      await rename(path, aside);
      if ((await readFile(aside, 'utf8')) === text) await rm(aside);
      else await rename(aside, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw ioError(error, path);
    }
  }
}

/** Undefined for what is no lock, or one that is just being written. */
function ownerOf(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Owner;
    return Number.isInteger(owner.pid) && owner.pid > 0 ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isGone({ pid, host, since }: Owner): boolean {
  if (host !== hostname()) return false;
  // In a container, the process after a restart often has the number of the one before.
  if (pid === process.pid) return Date.parse(since) < Date.now() - process.uptime() * 1000;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function locked(path: string, owner: Owner | undefined): SensoriumError {
  const who = owner ? `process ${owner.pid} on ${owner.host}, since ${owner.since}` : 'it does not say which';
  return new SensoriumError({
    code: 'SENSORIUM_LOCKED',
    message: `another training writes into this folder: ${who}`,
    hint: `Wait for it, stop it, or train into another folder. If it does not run any more, delete ${path}.`,
    location: { file: path },
  });
}
