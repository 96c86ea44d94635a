import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { constants, homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SensoriumError } from '@sensorium/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  cacheDirectory,
  folderStore,
  hashFile,
  ioError,
  sha256,
  makeDirectory,
  openAtomic,
  openPrepared,
  writeFileAtomic,
} from '../index.js';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'sensorium-file-'))));
afterEach(() => rm(folder, { recursive: true }));

const canMount = process.platform === 'linux' && process.getuid?.() === 0;

/** Runs `action` in a folder that is a file system of its own. */
async function mounted(options: string, action: (path: string) => Promise<void>): Promise<void> {
  const path = join(folder, 'mounted');
  await mkdir(path);
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
  try {
    await action(path);
  } finally {
    execFileSync('umount', [path]);
  }
}

describe('writeFileAtomic', () => {
  it('writes and replaces, and leaves nothing else behind', async () => {
    const path = join(folder, 'a.txt');
    await writeFileAtomic(path, 'first, and longer');
    await writeFileAtomic(path, Uint8Array.of(0xe2, 0x82, 0xac));
    expect(await readFile(path, 'utf8')).toBe('€');
    expect(await readdir(folder)).toEqual(['a.txt']);
  });

  it('says when the folder is not there', async () => {
    const path = join(folder, 'none', 'a.txt');
    await expect(writeFileAtomic(path, 'x')).rejects.toMatchObject({
      code: 'SENSORIUM_NOT_FOUND',
      location: { file: path },
    });
  });

  it.skipIf(!canMount)('keeps the old file and cleans up when the disk is full (needs root)', () =>
    mounted('size=64k', async (disk) => {
      const path = join(disk, 'a.txt');
      await writeFileAtomic(path, 'old');
      await expect(writeFileAtomic(path, new Uint8Array(200_000))).rejects.toMatchObject({
        code: 'SENSORIUM_DISK_FULL',
        location: { file: path },
      });
      expect(await readFile(path, 'utf8')).toBe('old');
      expect(await readdir(disk)).toEqual(['a.txt']);
    }),
  );

  it.skipIf(!canMount)('says when it may not write (needs root)', () =>
    mounted('ro', async (disk) => {
      await expect(writeFileAtomic(join(disk, 'a.txt'), 'x')).rejects.toMatchObject({
        code: 'SENSORIUM_NO_PERMISSION',
      });
      const options = {
        store: folderStore(join(disk, 'cache')),
        key: 'k',
        specs: { x: { dtype: 'uint8', shape: [1] } },
      } as const;
      await expect(openPrepared(options)).rejects.toMatchObject({ code: 'SENSORIUM_NO_PERMISSION' });
    }),
  );
});

describe('openAtomic', () => {
  it('writes at positions, in any order, and shows the file on commit alone', async () => {
    const path = join(folder, 'a.bin');
    const file = await openAtomic(path);
    await Promise.all([file.write(Uint8Array.of(3, 4), 2), file.write(Uint8Array.of(1, 2), 0)]);
    await expect(readFile(path)).rejects.toThrow('ENOENT');
    await file.commit();
    expect([...(await readFile(path))]).toEqual([1, 2, 3, 4]);
    await file.dispose();
    expect(await readdir(folder)).toEqual(['a.bin']);
  });

  it('throws away what is not committed', async () => {
    const path = join(folder, 'a.bin');
    await writeFile(path, 'old');
    const file = await openAtomic(path);
    await file.write(Uint8Array.of(1), 0);
    await file.dispose();
    await file.dispose();
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['a.bin']);
  });
});

describe('ioError', () => {
  it('takes a quota that is used up for a full disk, though Node has no name for it', () => {
    const code = 'Unknown system error -122';
    const quota = Object.assign(new Error(`${code}: ${code}, write`), {
      errno: -constants.errno.EDQUOT,
      code,
      syscall: 'write',
    });
    expect(ioError(quota, '/out/model.onnx')).toMatchObject({
      code: 'SENSORIUM_DISK_FULL',
      message: '"/out/model.onnx": there is no space left to write it',
    });
  });

  it('says that what is longer than any path is none, in few words', async () => {
    const content = 'iVBORw0KGgo'.repeat(20_000);
    const error = (await hashFile(content).catch((thrown: unknown) => thrown)) as SensoriumError;
    expect(error.code).toBe('SENSORIUM_NOT_FOUND');
    expect(error.message).toMatch(/^"iVBORw0KGgo.{480,520}": this is longer than any path$/);
    expect(error.location?.file?.length).toBeLessThan(520);
  });
});

describe('makeDirectory', () => {
  it('makes what is missing, and says when a file is in the way', async () => {
    await makeDirectory(join(folder, 'a', 'b', 'c'));
    await makeDirectory(join(folder, 'a', 'b'));
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['c']);
    await writeFile(join(folder, 'file'), '');
    await expect(makeDirectory(join(folder, 'file', 'x'))).rejects.toMatchObject({ code: 'SENSORIUM_NOT_FOUND' });
  });
});

describe('hashes', () => {
  // FIPS 180-2, appendix B.1
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

  it('are SHA-256', async () => {
    await writeFile(join(folder, 'abc'), 'abc');
    expect(await sha256('abc')).toBe(abc);
    expect(await sha256(new TextEncoder().encode('abc'))).toBe(abc);
    expect(await hashFile(join(folder, 'abc'))).toBe(abc);
    await expect(hashFile(join(folder, 'none'))).rejects.toMatchObject({ code: 'SENSORIUM_NOT_FOUND' });
  });
});

describe('cacheDirectory', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is where the environment says, else in the home folder', () => {
    vi.stubEnv('SENSORIUM_CACHE', '');
    vi.stubEnv('XDG_CACHE_HOME', '');
    expect(cacheDirectory()).toBe(join(homedir(), '.cache', 'sensorium'));
    vi.stubEnv('XDG_CACHE_HOME', '/caches');
    expect(cacheDirectory()).toBe(join('/caches', 'sensorium'));
    vi.stubEnv('SENSORIUM_CACHE', '/mine');
    expect(cacheDirectory()).toBe('/mine');
  });
});
