import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { platform } from './index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-platform-'));
  await writeFile(join(folder, 'a file.txt'), 'on disk');
});
afterAll(() => rm(folder, { recursive: true }));

const text = async (bytes: Promise<Uint8Array>): Promise<string> => new TextDecoder().decode(await bytes);

describe('addresses', () => {
  it('are relative to a folder, by its path or URL, or to the working directory', async () => {
    for (const base of [folder, pathToFileURL(`${folder}/`), pathToFileURL(folder).href]) {
      expect(await text(platform.io(base).read('a file.txt'))).toBe('on disk');
    }
    const here = relative(process.cwd(), join(folder, 'a file.txt'));
    expect(await text(platform.io().read(here))).toBe('on disk');
  });

  it('may be absolute', async () => {
    const io = platform.io('/somewhere');
    expect(await text(io.read(join(folder, 'a file.txt')))).toBe('on disk');
    expect(await text(io.read(pathToFileURL(join(folder, 'a file.txt'))))).toBe('on disk');
    expect(await text(io.read('data:text/plain,in%20place'))).toBe('in place');
  });

  it('of a server are never files of this machine', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(String(request.url));
      response.end('from afar');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const io = platform.io(`http://127.0.0.1:${(server.address() as AddressInfo).port}/tables?key=1`);
    expect(await text(io.read('pictures/1.png'))).toBe('from afar');
    expect(await text(io.read(join(folder, 'a file.txt')))).toBe('from afar');
    server.close();
    expect(asked[0]).toBe('/tables/pictures/1.png?key=1');
    expect(asked[1]).toContain('a%20file.txt?key=1');
  });

  it('are names of files that a person chose', async () => {
    const io = platform.io(new Map([['pictures/1.png', new Blob(['chosen'])]]), { name: 'row 3' });
    expect(io.name).toBe('row 3');
    expect(await text(io.read('pictures/1.png'))).toBe('chosen');
    expect(await text(io.read('./pictures/1.png'))).toBe('chosen');
    expect(await text(io.read('data:,else'))).toBe('else');
    await expect(io.read('pictures/2.png')).rejects.toMatchObject({
      code: 'SENSORIUM_NOT_FOUND',
      message: expect.stringContaining('Did you mean "pictures/1.png"?'),
    });
    await expect(io.read('pictures/1.png', { maxBytes: 3 })).rejects.toMatchObject({
      code: 'SENSORIUM_MEDIA_TOO_LARGE',
    });
  });

  it('are not read once that is aborted, nor when the file is too large', async () => {
    const reason = new Error('no longer needed');
    const signal = AbortSignal.abort(reason);
    for (const base of [folder, new Map([['a file.txt', new Blob(['x'])]])]) {
      await expect(platform.io(base, { signal }).read('a file.txt')).rejects.toBe(reason);
    }
    await expect(platform.io(folder).read('a file.txt', { maxBytes: 2 })).rejects.toMatchObject({
      code: 'SENSORIUM_MEDIA_TOO_LARGE',
    });
  });
});

describe('where no package of backends is installed', () => {
  // Outside of the workspace, as an application that has only this package.
  let bundle: string;
  beforeAll(async () => {
    await build({
      configFile: false,
      logLevel: 'error',
      resolve: { conditions: ['@sensorium/source', 'node', 'import', 'module', 'default'] },
      ssr: {
        noExternal: true,
        external: ['@sensorium/backend-node', '@sensorium/backend-web', 'sharp'],
        resolve: { conditions: ['@sensorium/source'] },
      },
      build: {
        ssr: fileURLToPath(new URL('./index.ts', import.meta.url)),
        outDir: join(folder, 'bundle'),
        rollupOptions: { output: { entryFileNames: 'index.mjs' } },
      },
    });
    bundle = pathToFileURL(join(folder, 'bundle/index.mjs')).href;
  });

  it('says what to install', async () => {
    const program = `
      const { chooseBackend, platform } = await import(${JSON.stringify(bundle)});
      const error = await chooseBackend(platform, ['cpu', 'wasm']).catch((reason) => reason);
      console.log(JSON.stringify([error.code, error.message, error.hint]));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: folder,
    });
    expect(JSON.parse(stdout)).toEqual([
      'SENSORIUM_MISSING_PACKAGE',
      'cpu: the package @sensorium/backend-node is not installed\n' +
        'wasm: the package @sensorium/backend-web is not installed',
      'Install it: npm install @sensorium/backend-node',
    ]);
  });
});
