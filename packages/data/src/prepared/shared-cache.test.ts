import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { build } from 'vite';

let folder: string;
let program: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-shared-'));
  // Where packages that are not bundled are found.
  const modules = fileURLToPath(new URL('../../../../node_modules/.cache', import.meta.url));
  program = join(modules, `data-${process.pid}`);
  await mkdir(modules, { recursive: true });
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: {
      noExternal: [/^@sensorium\//],
      resolve: { conditions: ['@sensorium/source', 'node', 'import', 'module', 'default'] },
    },
    build: {
      ssr: fileURLToPath(new URL('../testing/cache-program.ts', import.meta.url)),
      outDir: program,
      minify: false,
      rollupOptions: { output: { entryFileNames: 'cache.mjs' } },
    },
  });
});
afterAll(() => Promise.all([folder, program].map((path) => rm(path, { recursive: true, force: true }))));

async function run(name: string, rounds: number): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [join(program, 'cache.mjs'), folder, name, String(rounds)]);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

it('several processes fill, read and remove the same prepared tensors at once', async () => {
  const names = ['one', 'two', 'three', 'four'];
  const found = await Promise.all(names.map((name) => run(name, 150)));
  expect(found).toEqual(names.map(() => ({ code: 0, said: '150' })));
  expect((await readdir(join(folder, 'prepared'))).filter((name) => name.endsWith('.part'))).toEqual([]);
});
