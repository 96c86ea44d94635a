import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { folderStore } from '../index.js';

let programs: string;
beforeAll(async () => {
  programs = await mkdtemp(join(tmpdir(), 'sensorium-lock-program-'));
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, resolve: { conditions: ['@sensorium/source', 'node', 'import', 'module', 'default'] } },
    build: {
      ssr: fileURLToPath(new URL('../testing/lock-program.ts', import.meta.url)),
      outDir: programs,
      rollupOptions: { output: { entryFileNames: 'lock.mjs' } },
    },
  });
});
afterAll(() => rm(programs, { recursive: true }));

let folder: string;
let lockPath: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-lock-'));
  lockPath = join(folder, 'training.lock');
});
afterEach(() => rm(folder, { recursive: true }));

/** A process that takes and releases the lock when it is told to. */
class Contender {
  private constructor(readonly child: ChildProcess) {}

  static async start(): Promise<Contender> {
    const child = fork(join(programs, 'lock.mjs'), [folder]);
    await once(child, 'message');
    return new Contender(child);
  }

  async order(what: 'take' | 'release'): Promise<string> {
    this.child.send(what);
    const [answer] = (await once(this.child, 'message')) as [string];
    return answer;
  }

  async kill(): Promise<void> {
    if (this.child.signalCode) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}

/** Leaves a lock as a process with this description would. */
async function leave(owner: object | string): Promise<void> {
  await mkdir(lockPath);
  await writeFile(join(lockPath, 'owner.json'), typeof owner === 'string' ? owner : JSON.stringify(owner));
}

async function ownerIn(path: string): Promise<Record<string, unknown>> {
  const [name] = await readdir(path);
  return JSON.parse(await readFile(join(path, name!), 'utf8')) as Record<string, unknown>;
}

const since = new Date().toISOString();
const takesOver = async (): Promise<void> => {
  const lock = await folderStore(folder).lock();
  expect(await ownerIn(lockPath)).toMatchObject({ pid: process.pid, host: hostname() });
  lock.release();
  expect(await readdir(folder)).toEqual([]);
};
const isRefused = (message: string): Promise<void> =>
  expect(folderStore(folder).lock()).rejects.toMatchObject({
    code: 'SENSORIUM_LOCKED',
    message: expect.stringContaining(message) as string,
    hint: expect.stringContaining(`delete ${lockPath}`) as string,
    location: { file: lockPath },
  });

describe('a lock whose owner is gone is taken over', () => {
  it('after a kill', async () => {
    const contender = await Contender.start();
    expect(await contender.order('take')).toBe('taken');
    await isRefused(`process ${contender.child.pid} on ${hostname()}, since `);
    await contender.kill();
    await takesOver();
  });

  it('after an end by itself, which gives it back', async () => {
    const contender = await Contender.start();
    await contender.order('take');
    const ended = once(contender.child, 'exit');
    contender.child.disconnect();
    await ended;
    expect(await readdir(folder)).toEqual([]);
  });

  it('where its file is gone, but not its folder', async () => {
    await mkdir(lockPath);
    await takesOver();
  });

  it('where this process has the number of an earlier one', async () => {
    await leave({ pid: process.pid, host: hostname(), since: '2020-01-01T00:00:00.000Z' });
    await takesOver();
  });

  it.runIf(process.platform === 'linux')('where another process has its number by now', async () => {
    await leave({ pid: process.ppid, started: 'an earlier boot/1', host: hostname(), since });
    await takesOver();
  });

  it.runIf(process.platform === 'linux')('where nobody has waited for it: a zombie', async () => {
    // The shell becomes a program that never waits for its child, which ends after that.
    const child = 'while grep -q "(sh)" /proc/$PPID/stat; do sleep 0.01; done';
    const parent = spawn('sh', ['-c', `sh -c '${child}' & echo $!; exec sleep 60`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = (await once(createInterface(parent.stdout), 'line')) as [string];
      const status = (): Promise<string> => readFile(`/proc/${line}/stat`, 'utf8');
      while (!/\) Z /.test(await status())) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(process.kill(Number(line), 0)).toBe(true);
      await leave({ pid: Number(line), host: hostname(), since });
      await takesOver();
    } finally {
      parent.kill('SIGKILL');
    }
  });
});

describe('a lock stays', () => {
  it.each([
    ['of a process that runs', { pid: process.ppid, host: hostname(), since }, `process ${process.ppid}`],
    ['of another machine', { pid: 4_000_000, host: 'elsewhere', since }, 'process 4000000 on elsewhere'],
    ['that is not readable', 'x', 'it does not say which'],
  ])('%s', async (_, owner, who) => {
    await leave(owner);
    await isRefused(who);
    expect(await readFile(join(lockPath, 'owner.json'), 'utf8')).toBe(
      typeof owner === 'string' ? owner : JSON.stringify(owner),
    );
    expect(await readdir(folder)).toEqual(['training.lock']);
  });

  it('that is a file, and so none of ours', async () => {
    await writeFile(lockPath, '');
    await isRefused('it does not say which');
  });

  it('that somebody else has by now', async () => {
    const lock = await folderStore(folder).lock();
    await rm(lockPath, { recursive: true });
    await leave({ pid: process.ppid, host: hostname(), since });
    lock.release();
    await isRefused(`process ${process.ppid}`);
  });
});

describe('a kill while a lock is made', () => {
  const making = 'training.lock.00000000-0000-4000-8000-000000000000.part';

  it('keeps nobody out, and what it leaves is removed', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    await leave({ pid, host: hostname(), since });
    await cp(lockPath, join(folder, making), { recursive: true });
    await takesOver();
    await mkdir(join(folder, making));
    await utimes(join(folder, making), 0, 0);
    await takesOver();
  });

  it('is not what somebody else is just making', async () => {
    await mkdir(join(folder, making));
    const lock = await folderStore(folder).lock();
    lock.release();
    expect(await readdir(folder)).toEqual([making]);
    expect(await folderStore(folder).list()).toEqual([]);
  });
});

describe('processes that meet', () => {
  const contenders: Contender[] = [];
  beforeEach(async () => {
    for (let index = 0; index < 4; index++) contenders.push(await Contender.start());
  });
  afterEach(() => Promise.all(contenders.splice(0).map((contender) => contender.kill())));

  /** How many get the lock, over some rounds that begin as `prepare` leaves the folder; a round ends with its release. */
  async function holders(rounds: number, prepare: () => Promise<void>): Promise<number[]> {
    const counts: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await prepare();
      const answers = await Promise.all(contenders.map((contender) => contender.order('take')));
      expect(answers.filter((answer) => answer !== 'taken')).toEqual(
        expect.not.arrayContaining([expect.not.stringMatching(/^SENSORIUM_LOCKED$/)]),
      );
      counts.push(answers.filter((answer) => answer === 'taken').length);
      await Promise.all(contenders.map((contender) => contender.order('release')));
    }
    return counts;
  }

  it('at no lock are one holder and refused ones, in every round', async () => {
    expect(await holders(100, async () => undefined)).toEqual(Array(100).fill(1));
    expect(await readdir(folder)).toEqual([]);
  });

  it('at a stale lock are one holder and refused ones, in every round', async () => {
    const killed = await Contender.start();
    await killed.order('take');
    await killed.kill();
    const stale = `${folder}-stale`;
    await cp(lockPath, stale, { recursive: true });
    try {
      const again = (): Promise<void> => cp(stale, lockPath, { recursive: true });
      expect(await holders(200, again)).toEqual(Array(200).fill(1));
      expect(await readdir(folder)).toEqual([]);
    } finally {
      await rm(stale, { recursive: true });
    }
  });
});
