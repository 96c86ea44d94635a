import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sensorium as runIn, type Ended } from './testing/sensorium.js';

const execute = promisify(execFile);
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

const manifest = `sensorium: 1
name: notes
inputs: { note: { encoder: plain, dim: 8, heads: 2 } }
heads: { mood: classification }
training: { epochs: 1, batchSize: 4, validation: 0 }
data: { train: train.csv }
`;

let folder: string;
const sensorium = (...args: string[]): Promise<Ended> =>
  runIn(args, { cwd: folder, env: { SENSORIUM_CACHE: join(folder, 'cache') } });

/** A project with a plugin of strangers, who have an encoder and no example of it. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-without-example-'));
  const plugin = join(folder, 'node_modules', 'sensorium-encoder-plain');
  await mkdir(plugin, { recursive: true });
  for (const name of ['@sensorium', 'onnxruntime-node', 'sharp']) {
    await symlink(join(modules, name), join(folder, 'node_modules', name));
  }
  await writeFile(join(folder, 'package.json'), '{ "dependencies": { "sensorium-encoder-plain": "1.0.0" } }');
  await writeFile(
    join(plugin, 'package.json'),
    '{ "name": "sensorium-encoder-plain", "version": "1.0.0", "type": "module", "exports": { ".": "./index.js", "./package.json": "./package.json" } }',
  );
  await writeFile(
    join(plugin, 'index.js'),
    `import { text } from '@sensorium/encoder-text';
    const { example, ...others } = text;
    export const plain = { ...others, name: 'plain' };`,
  );
  const rows = Array.from({ length: 8 }, (_, row) => (row % 2 ? 'a sunny day,good' : 'a rainy day,bad'));
  await writeFile(join(folder, 'train.csv'), ['note,mood', ...rows, ''].join('\n'));
  await writeFile(join(folder, 'notes.yaml'), manifest);
  const { code, stderr } = await sensorium('train', 'notes.yaml', '--out', 'model');
  expect(code, stderr).toBe(0);
});
afterAll(() => rm(folder, { recursive: true }));

it('says which inputs have no example, and takes their tensors', async () => {
  const { code, stdout } = await sensorium('export', 'model', '--out', 'exported');
  expect(code).toBe(0);
  expect(stdout).toContain('There is no example of note: README.md says which tensors to give.');
  const readme = await readFile(join(folder, 'exported', 'README.md'), 'utf8');
  expect(readme).toContain('There is no example of note');
  expect(readme).toMatch(/^\| input \| note \| int32 \| \[batch, 3\] \|$/m);
  await expect(
    execute(process.execPath, ['exported/example/run.mjs', 'note=a sunny day'], { cwd: folder }),
  ).rejects.toThrow('there is no example for "note"; give its tensors to run(): note int32 [1,3]');

  const answered = await sensorium('run', 'model', '--input', 'note=a sunny day', '--json');
  const { predictions } = JSON.parse(answered.stdout) as { predictions: { mood: { confidence: number } } };
  const { inputs } = JSON.parse(await readFile(join(folder, 'model', 'manifest.json'), 'utf8')) as {
    inputs: { note: { options: { vocabulary: string[] } } };
  };
  const ids = ['a', 'sunny', 'day'].map((word) => inputs.note.options.vocabulary.indexOf(word) + 2);
  const program = `import { run } from './exported/example/run.mjs';
    const { mood } = await run({}, { note: { type: 'int32', shape: [1, 3], data: Int32Array.from(${JSON.stringify(ids)}) } });
    console.log(mood.confidence);`;
  await writeFile(join(folder, 'own.mjs'), program);
  const { stdout: confidence } = await execute(process.execPath, ['own.mjs'], { cwd: folder });
  expect(Number(confidence)).toBeCloseTo(predictions.mood.confidence, 4);
});
