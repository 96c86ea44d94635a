import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { train } from './index.js';

const entry = new URL('../dist/index.js', import.meta.url).href;
const rows = ['good', 'bad'].flatMap((mood) =>
  Array.from({ length: 8 }, (_, row) => ({ text: `${mood} ${row}`, mood })),
);

let folder: string;
let modules: string[];

// In a process of its own, over what was built: which modules Node loads is not seen from within.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-loaded-'));
  const manifest = {
    sensorium: 1,
    inputs: { text: 'text' },
    heads: { mood: 'classification' },
    training: { epochs: 1 },
  };
  await train(manifest, { rows, out: join(folder, 'model') });
  const list = join(folder, 'modules.txt');
  const hooks = `
    import { appendFileSync } from 'node:fs';
    export const load = (url, context, next) => (appendFileSync(${JSON.stringify(list)}, url + '\\n'), next(url, context));`;
  await writeFile(join(folder, 'hooks.mjs'), hooks);
  await writeFile(
    join(folder, 'register.mjs'),
    `import { register } from 'node:module';\nregister('./hooks.mjs', import.meta.url);`,
  );
  const program = `
    import { loadPipeline } from ${JSON.stringify(entry)};
    const pipeline = await loadPipeline(${JSON.stringify(join(folder, 'model'))});
    console.log((await pipeline.run({ text: 'good' })).mood.text);
    await pipeline.dispose();`;
  const args = ['--import', pathToFileURL(join(folder, 'register.mjs')).href, '--input-type=module', '--eval', program];
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd });
  expect(stdout).toMatch(/^(good|bad)$/m);
  modules = (await readFile(list, 'utf8')).split('\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const has = (part: string): boolean => modules.some((url) => url.includes(part));

describe('a program that runs a model of texts', () => {
  it.each(['/encoders/text/', '/heads/classification/', '/backends/node/', '/onnxruntime-node/'])(
    'loads %s',
    (part) => {
      expect(has(part)).toBe(true);
    },
  );

  it.each([
    '/sharp/',
    '/encoders/image/',
    '/fusions/',
    '/heads/caption/',
    '/trainer/',
    '/commander/',
    '/onnxruntime-web/',
  ])('does without %s', (part) => {
    expect(has(part)).toBe(false);
  });
});
