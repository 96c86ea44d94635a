import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SensoriumError } from '@sensorium/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AddressOptions, readAddress } from './index.js';

let root: string;
let open: string;
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'sensorium-read-')));
  open = join(root, 'open');
  await mkdir(join(open, 'deep'), { recursive: true });
  await mkdir(join(root, 'open-not'));
  const files = ['open/a.txt', 'open/deep/b.txt', 'secret.txt', 'open-not/c.txt', 'frame:001.png'];
  for (const file of files) await writeFile(join(root, file), file);
  await symlink(join(open, 'a.txt'), join(open, 'inside'));
  await symlink(join(root, 'secret.txt'), join(open, 'outside'));
  await symlink(join(root, 'nowhere.txt'), join(open, 'dangling'));
  await symlink(root, join(open, 'up'));
  await symlink(open, join(root, 'linked'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const read = async (address: string | URL, options?: AddressOptions): Promise<string> =>
  new TextDecoder().decode(await readAddress(address, options));

const failure = async (address: string | URL, options?: AddressOptions): Promise<SensoriumError> => {
  const outcome = await read(address, options).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(Error);
  return outcome as SensoriumError;
};

describe('what is read', () => {
  it('is a file whose name looks a little like a URL', async () => {
    const here = process.cwd();
    try {
      process.chdir(root);
      expect(await read('frame:001.png')).toBe('frame:001.png');
    } finally {
      process.chdir(here);
    }
  });

  it('is no pipe, folder or device, and nothing waits for one', async () => {
    const pipe = join(root, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const path of [pipe, root, '/dev/zero']) {
      expect(await failure(path)).toMatchObject({ code: 'SENSORIUM_IO', message: `"${path}": it is not a file` });
    }
  });

  it('is told in few words where the path is none', async () => {
    const long = await failure(`/${'x'.repeat(200_000)}`);
    expect(long.code).toBe('SENSORIUM_NOT_FOUND');
    expect(long.message.length).toBeLessThan(300);
    const zero = await failure('/a\0b');
    expect(zero.code).toBe('SENSORIUM_IO');
    expect(zero.message).not.toContain('Received');
  });
});

describe('access', () => {
  const refused = { code: 'SENSORIUM_NO_PERMISSION', message: expect.stringContaining('may not be read') };
  const notThere = { code: 'SENSORIUM_NOT_FOUND', message: expect.stringContaining('among those that may be read') };

  it('reads what lies below its folders, by paths, URLs, and links that stay there', async () => {
    for (const folder of [
      open,
      `${open}/`,
      pathToFileURL(open),
      pathToFileURL(`${open}/`).href,
      join(root, 'linked'),
    ]) {
      const access = { folders: [folder] };
      expect(await read(join(open, 'a.txt'), { access })).toBe('open/a.txt');
      expect(await read(pathToFileURL(join(open, 'deep/b.txt')), { access })).toBe('open/deep/b.txt');
      expect(await read(join(open, 'deep/../a.txt'), { access })).toBe('open/a.txt');
      expect(await read(join(open, 'inside'), { access })).toBe('open/a.txt');
    }
    const access = { folders: [relative(process.cwd(), open)] };
    expect(await read(relative(process.cwd(), join(open, 'a.txt')), { access })).toBe('open/a.txt');
  });

  it('refuses what lies elsewhere, and does not tell whether it is there', async () => {
    const access = { folders: [open] };
    const given = [
      join(root, 'secret.txt'),
      join(root, 'nowhere.txt'),
      `${open}/../secret.txt`,
      `${open}/deep/../../secret.txt`,
      join(root, 'open-not/c.txt'),
      pathToFileURL(join(root, 'secret.txt')),
      `${pathToFileURL(open).href}/%2e%2e/secret.txt`,
      `FILE://${open}/../secret.txt`,
      root,
      open,
      '/etc/passwd',
      '.',
      'a.txt',
    ];
    for (const address of given) expect(await failure(address, { access })).toMatchObject(refused);
    for (const address of given) expect(await failure(address, { access: {} })).toMatchObject(refused);
    const words = given.slice(0, 2).map((address) => failure(address, { access, name: 'x' }));
    const [there, nowhere] = await Promise.all(words);
    expect(there?.message).toBe(nowhere?.message);
  });

  it('follows no link out of its folders, and does not tell where one leads', async () => {
    const access = { folders: [open] };
    const given = [
      'outside',
      'dangling',
      'up/secret.txt',
      'up/nowhere.txt',
      'up/open-not/c.txt',
      'none.txt',
      'a.txt/x',
      'deep',
    ];
    for (const path of given) {
      const error = await failure(join(open, path), { access, name: 'x' });
      expect(error, path).toMatchObject(notThere);
      expect(error.hint).toBe('Check how it is spelt.');
    }
    // Around, and in again.
    expect(await read(join(open, 'up/open/a.txt'), { access })).toBe('open/a.txt');
  });

  it('refuses URLs of files that are none of this machine or no paths', async () => {
    const access = { folders: ['/'] };
    for (const address of ['file://elsewhere/etc/hostname', 'file:///etc%2fhostname', `${open}/a\0.txt`]) {
      expect(await failure(address, { access })).toMatchObject({ code: 'SENSORIUM_NOT_FOUND' });
    }
  });
});
