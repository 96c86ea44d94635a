import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as trainer from './index.js';
import { makeSquares, type Squares } from './testing/squares.js';

const before = process.cwd();
let squares: Squares;
let readme: string;
beforeAll(async () => {
  readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  squares = await makeSquares();
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
  const names = ['encoder-image', 'encoder-text', 'fusion-attention', 'head-classification'];
  const dependencies = Object.fromEntries(names.map((name) => [`@sensorium/${name}`, '*']));
  await writeFile(squares.path('package.json'), JSON.stringify({ name: 'project', dependencies }));
  await symlink(fileURLToPath(new URL('../../../node_modules', import.meta.url)), squares.path('node_modules'));
  process.chdir(squares.folder);
});
afterAll(async () => {
  process.chdir(before);
  await rm(squares.folder, { recursive: true });
});

const block = (language: string): string => new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(readme)?.[1] ?? '';

it('the example of the README trains and evaluates', async () => {
  await writeFile('squares.yaml', block('yaml'));
  const [, code = ''] = /^import \{ evaluate, train \} from '@sensorium\/trainer';\n(.*)$/s.exec(block('ts')) ?? [];
  const printed: unknown[][] = [];
  const { train, evaluate } = trainer;
  const console = { log: (...values: unknown[]) => printed.push(values) };
  await runInNewContext(`(async () => {${code}})()`, { train, evaluate, console });
  const metrics = JSON.parse(await readFile('model/metrics.json', 'utf8')) as trainer.Metrics;
  expect(printed[0]).toEqual(['prepare', expect.stringMatching(/^\d+ of \d+$/)]);
  expect(printed).toContainEqual([metrics.bestEpoch, metrics.test!['answer']!.metrics['accuracy']!.value]);
  expect(printed.at(-1)).toEqual([metrics.test!['answer']!.metrics]);
});
