import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sensorium, type Ended } from './testing/sensorium.js';

const red = '\u001b[31mred\u001b[0m';
const title = '\u001b]0;title\u0007blue';
const turned = 'gr\u202eeen';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-escapes-'));
  const rows = Array.from(
    { length: 36 },
    (_, row) => `${'abc'[row % 3]} word${row}\u001b[2J,${[red, title, turned][row % 3]}`,
  );
  await writeFile(join(folder, `t${red}.csv`), ['te\u001b[31mxt,label', ...rows].join('\n'));
  const manifest = {
    sensorium: 1,
    name: `na${red}me`,
    inputs: { text: { encoder: 'text', column: 'te\u001b[31mxt', dim: 8, heads: 2, tokens: 4 } },
    heads: { label: 'classification' },
    training: { epochs: 1 },
    data: { train: `t${red}.csv` },
  };
  await writeFile(join(folder, 'm.json'), JSON.stringify(manifest));
  const plugin = join(folder, 'node_modules/sensorium-encoder-own');
  await mkdir(plugin, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ dependencies: { 'sensorium-encoder-own': '*' } }));
  const described = { version: `1.0.0-${red}`, description: title, type: 'module', exports: './index.js' };
  await writeFile(join(plugin, 'package.json'), JSON.stringify(described));
  await writeFile(join(plugin, 'index.js'), 'export const own = 1;');
});
afterAll(() => rm(folder, { recursive: true }));

/** What would do something to a terminal. */
const raw = /(?![\t\n])[\p{Cc}\u202e]/u;

it('no label, file, column, version or argument does anything to a terminal', async () => {
  const table = `t${red}.csv`;
  const lines: [args: string[], told: string][] = [
    [['check', 'm.json'], '␛[31m'],
    [['train', 'm.json', '--out', 'model'], ''],
    [['evaluate', 'model', '--data', table], '␛[31m'],
    [['run', 'model', '--data', table, '--out', `answers${red}.csv`], ''],
    [['run', 'model', '--input', `text=a${red}`], ''],
    [['run', `model${red}`, '--input', 'text=a'], '␛[31m'],
    [['train', `m${red}.json`, '--out', 'other'], '␛[31m'],
    [['train', 'm.json', '--out', 'other', `--x${red}`], '␛[31m'],
    [['plugins'], ''],
  ];
  for (const [args, told] of lines) {
    const { stdout, stderr }: Ended = await sensorium(args, { cwd: folder });
    expect(stdout + stderr, args.join(' ')).not.toMatch(raw);
    expect(stdout + stderr, args.join(' ')).toContain(told);
  }
  const { stdout } = await sensorium(['evaluate', 'model', '--data', table, '--json'], { cwd: folder });
  expect(stdout).not.toMatch(raw);
  expect(JSON.stringify(JSON.parse(stdout))).toContain(JSON.stringify(red).slice(1, -1));
  expect(stripVTControlCharacters(stdout)).toBe(stdout);
}, 300_000);
