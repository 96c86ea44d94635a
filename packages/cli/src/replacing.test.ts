import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requireFree } from './replacing.js';
import { bin, sensorium } from './testing/sensorium.js';

let folder: string;
let there: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-replacing-'));
  there = join(folder, 'there.safetensors');
  await mkdir(join(folder, 'empty'));
  await mkdir(join(folder, 'full'));
  await writeFile(join(folder, 'full', 'file'), '');
});
beforeEach(() => writeFile(there, 'old'));
afterAll(() => rm(folder, { recursive: true }));

describe('a place is free', () => {
  it('where nothing is, or a folder with nothing in it', async () => {
    await requireFree(join(folder, 'none'));
    await requireFree(join(folder, 'none', 'below'));
    await requireFree(join(folder, 'empty'));
  });

  it.each([
    ['a file', 'there.safetensors', 'is already there'],
    ['a folder with something in it', 'full', 'is not empty'],
  ])('not where %s is', async (_, name, message) => {
    await expect(requireFree(join(folder, name))).rejects.toMatchObject({
      code: 'SENSORIUM_EXISTS',
      message: `"${join(folder, name)}" ${message}`,
      hint: expect.stringContaining('--force') as string,
      location: { file: join(folder, name) },
    });
  });
});

const exporting = () => ['export', 'starter', '--out', there];

it('where nobody can be asked, nothing is replaced without --force', async () => {
  const { code, stderr } = await sensorium(exporting());
  expect(stderr).toMatch(/^SENSORIUM_EXISTS[^]*--force/);
  expect(code).toBe(1);
  expect(await readFile(there, 'utf8')).toBe('old');
  expect((await sensorium([...exporting(), '--force'])).code).toBe(0);
  expect(await readFile(there, 'utf8')).not.toBe('old');
});

const hasTerminals = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

describe.skipIf(!hasTerminals)('who sits at the terminal is asked (skipped without script)', () => {
  /** What the terminal showed, and the exit code. */
  function answering(input: string): { stdout: string; status: number | null } {
    const line = [process.execPath, bin, ...exporting()].join(' ');
    return spawnSync('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
      input,
      encoding: 'utf8',
      timeout: 50_000,
    });
  }

  it('and yes replaces', async () => {
    const { stdout, status } = answering('y\n');
    expect(stdout).toMatch(/"\S+" is already there\. Replace it\? \[y\/N\]/);
    expect(status).toBe(0);
    expect(await readFile(there, 'utf8')).not.toBe('old');
  });

  it.each([
    ['no', 'n\n'],
    ['nothing', '\n'],
    ['Ctrl-D', '\u0004'],
  ])('and %s does not', async (_, input) => {
    const { stdout, status } = answering(input);
    expect(stdout).toContain('SENSORIUM_EXISTS');
    expect(status).toBe(1);
    expect(await readFile(there, 'utf8')).toBe('old');
  });
});
