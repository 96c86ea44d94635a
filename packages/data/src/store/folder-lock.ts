import { randomUUID } from 'node:crypto';
import { rmdirSync, rmSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { SensoriumError } from '@sensorium/contracts';
import { targetOf } from './atomic-file.js';
import { ioError } from './io-error.js';
import { isGone, ownMark, type ProcessMark } from './process-mark.js';

export const LOCK_FILE = 'training.lock';

/** Who trains into a folder. */
interface Owner extends ProcessMark {
  readonly host: string;
  /** When the lock was taken: ISO 8601. */
  readonly since: string;
}

/** More is no race with others any more. */
const TRIES = 1000;
const LONGEST_MAKING_MS = 3_600_000;

/**
 * A folder that says that somebody trains into the one above it, so that nobody else does. It holds one file, the owner's,
 * of a name that no other owner has. It is made aside and renamed: a lock is there with its owner or not at all, and the
 * system refuses the name while there is one. Whoever finds the file of an owner that is gone removes that file, and never
 * another's; what is left, an empty folder, keeps nobody out. Whether a process of another machine is gone cannot be known.
 */
export class FolderLock {
  private readonly path: string;
  /** This training's file in the lock; undefined while the lock is not its own. */
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
    const name = `${randomUUID()}.json`;
    const aside = `${this.path}.${randomUUID()}.part`;
    try {
      await writeOwner(aside, name);
      await this.place(aside);
    } catch (error) {
      // Where that fails, too, the first error says more.
      await rm(aside, { recursive: true, force: true }).catch(() => undefined);
      throw ioError(error, this.path);
    }
    this.own = join(this.path, name);
    process.once('exit', this.release);
    try {
      await this.removeAsides();
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
    if (own === undefined) return;
    try {
      // Somebody may have removed the lock by hand, and another training begun: its file has another name.
      rmSync(own, { force: true });
      rmdirSync(path);
    } catch {
      // A lock that stays is stale as soon as this process is gone.
    }
  };

  private async place(aside: string): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await rename(aside, this.path);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (!code || !isTaken.has(code) || tries === TRIES) throw error;
        await this.removeStale();
      }
    }
  }

  /** Throws SENSORIUM_LOCKED where the owner is not gone. */
  private async removeStale(): Promise<void> {
    const { path } = this;
    try {
      for (const name of await readdir(path)) {
        const file = join(path, name);
        const owner = ownerOf(await readFile(file, 'utf8'));
        if (!owner || !isOwnerGone(owner)) throw locked(path, owner);
        await rm(file, { force: true });
      }
      // Windows renames to no folder that is there, not even to an empty one.
      await rmdir(path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // A file where the folder would be is no lock of ours.
      if (code === 'ENOTDIR') throw locked(path, undefined);
      // Others have been here, too.
      if (code !== 'ENOENT' && code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    }
  }

  /** Removes locks that others were just making when they were killed. */
  private async removeAsides(): Promise<void> {
    const folder = dirname(this.path);
    for (const name of await readdir(folder)) {
      const aside = join(folder, name);
      if (targetOf(name) === LOCK_FILE && (await isAbandoned(aside))) await rm(aside, { recursive: true, force: true });
    }
  }
}

/** What systems answer who renames to a folder that is there with something in it, or to a file. */
const isTaken: ReadonlySet<string> = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM', 'EACCES']);

async function writeOwner(folder: string, name: string): Promise<void> {
  const owner: Owner = { ...ownMark(), host: hostname(), since: new Date().toISOString() };
  await mkdir(folder);
  const file = await open(join(folder, name), 'wx');
  try {
    await file.writeFile(JSON.stringify(owner));
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Whether the owner of a lock that is being made is gone; of one that has no owner yet, whether that lasts too long. */
async function isAbandoned(aside: string): Promise<boolean> {
  try {
    const [name] = await readdir(aside);
    if (name === undefined) return Date.now() - (await stat(aside)).mtimeMs > LONGEST_MAKING_MS;
    const owner = ownerOf(await readFile(join(aside, name), 'utf8'));
    return owner !== undefined && isOwnerGone(owner);
  } catch {
    return false;
  }
}

/** Undefined for what no training wrote. */
function ownerOf(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Owner;
    return Number.isInteger(owner.pid) && owner.pid > 0 ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isOwnerGone(owner: Owner): boolean {
  if (owner.host !== hostname()) return false;
  // In a container, the process after a restart often has the number of the one before.
  const isOfEarlier = owner.pid === process.pid && Date.parse(owner.since) < Date.now() - process.uptime() * 1000;
  return isOfEarlier || isGone(owner);
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
