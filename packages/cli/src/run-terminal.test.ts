import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng } from '@sensorium/media';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin, sensorium } from './testing/sensorium.js';

const hasTerminals = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-run-terminal-'));
  const data = new Uint8Array(200 * 150 * 3).fill(90);
  await writeFile(join(folder, 'scene.png'), await encodePng({ width: 200, height: 150, channels: 3, data }));
});
afterAll(() => rm(folder, { recursive: true }));

const args = (): string[] => [
  ...['run', 'starter', '--input', `image=${join(folder, 'scene.png')}`],
  ...['--input', 'question=red?'],
];

describe.skipIf(!hasTerminals)('who sits at the terminal (skipped without script)', () => {
  it('sees what was given', () => {
    const line = [process.execPath, bin, ...args()].join(' ');
    const { stdout } = spawnSync('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
      encoding: 'utf8',
      timeout: 50_000,
    });
    expect(stdout).toMatch(/^image: picture, 200×150\r?$/m);
    expect(stdout).toMatch(/^question: red\?\r?$/m);
  });
});

it('programs are told nothing besides', async () => {
  const { stdout, stderr } = await sensorium(args());
  expect(stdout + stderr).not.toContain('picture, 200×150');
});
