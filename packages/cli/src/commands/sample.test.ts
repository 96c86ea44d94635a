import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sensorium, type Ended } from '../testing/sensorium.js';

const LONG = 300_000;

let folder: string;
let written: Ended;
const run = (...args: string[]): Promise<Ended> => sensorium(['sample', ...args], { cwd: folder });
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-sample-'));
  written = await run('scenes', '--out', 'my scenes');
}, LONG);
afterAll(() => rm(folder, { recursive: true }));

it('lists what there is', async () => {
  expect((await run()).stdout).toMatch(/^scenes +\S.* sensorium sample scenes --out scenes$/m);
  expect(JSON.parse((await run('--json')).stdout)).toMatchObject({ samples: [{ name: 'scenes' }, { name: 'senses' }] });
});

it('says what was written, and what to type next', async () => {
  const { code, stdout } = written;
  expect(code).toBe(0);
  expect(stdout).toMatch(/^my scenes\/train\.csv +[\d,]+ rows/m);
  for (const line of [
    `sensorium check 'my scenes/scenes.yaml'`,
    `sensorium train 'my scenes/scenes.yaml' --out model`,
    `sensorium evaluate model --data 'my scenes/test.csv'`,
    `sensorium run model --input 'image=my scenes/test/1.png' --input `,
  ]) {
    expect(stdout).toContain(`\n  ${line}`);
  }
});

it(
  'writes a manifest that can be trained',
  async () => {
    const checked = await sensorium(['check', 'my scenes/scenes.yaml', '--no-measure', '--json'], { cwd: folder });
    expect(JSON.parse(checked.stdout)).toMatchObject({ manifest: { name: 'scenes' }, warnings: [] });
  },
  LONG,
);

it(
  'replaces nothing without --force',
  async () => {
    await writeFile(join(folder, 'my scenes', 'test.csv'), 'mine');
    const { code, stderr } = await run('scenes', '--out', 'my scenes');
    expect(stderr).toMatch(/^SENSORIUM_EXISTS {2}my scenes[^]*--force/);
    expect(code).toBe(1);
    expect(await readFile(join(folder, 'my scenes', 'test.csv'), 'utf8')).toBe('mine');
    expect((await run('scenes', '--out', 'my scenes', '--force', '--quiet')).stderr).toBe('');
    expect(await readFile(join(folder, 'my scenes', 'test.csv'), 'utf8')).toMatch(/^image,question,answer\n/);
  },
  LONG,
);

it.each([
  [
    'a name that there is not, with the nearest',
    ['scene', '--out', 'x'],
    /no sample "scene"\. Did you mean "scenes"\?/,
  ],
  ['no folder', ['scenes'], /--out is missing[^]*sensorium sample scenes --out scenes/],
])('does not understand %s', async (_, args, message) => {
  const { code, stderr } = await run(...args);
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
});
