import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '@sensorium/contracts';
import { folderStore, type Store } from '@sensorium/data';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cache } from './cache.js';
import { evaluate, train } from '../index.js';
import { from, makeSquares, type Squares } from '../testing/squares.js';

let squares: Squares;
let folder: string;
beforeAll(async () => {
  squares = await makeSquares({ train: 24, test: 4 });
  folder = await mkdtemp(join(tmpdir(), 'sensorium-cache-'));
});
afterAll(() => Promise.all([squares.folder, folder].map((path) => rm(path, { recursive: true }))));

/** With features of a frozen encoder, which are kept as well. */
const manifest = (): Manifest => ({
  ...squares.manifest,
  inputs: {
    ...squares.manifest.inputs,
    image: { encoder: 'image', dim: 8, channels: 4, trainable: 'frozen' },
  },
  training: { epochs: 1, validation: 0 },
});

async function trained(cache: Store): Promise<{ model: Uint8Array; notes: string[] }> {
  const notes: string[] = [];
  const { model } = await train(manifest(), { from, cache, onNote: (note) => notes.push(note) });
  return { model, notes: notes.filter((note) => note.includes('cache')) };
}

it('a cache that cannot be written is done without, to the same model, and said once', async () => {
  const good = await trained(folderStore(join(folder, 'good')));
  expect(good.notes).toEqual([]);
  const file = join(folder, 'file');
  await writeFile(file, '');
  const bad = folderStore(join(file, 'cache'));
  const { model, notes } = await trained(bad);
  expect(model).toEqual(good.model);
  expect(notes).toEqual([
    expect.stringMatching(/^nothing is kept in the cache, so that the next run prepares everything again: ".*file.*"/),
  ]);
  expect(notes[0]).toContain('Set SENSORIUM_CACHE, or the option "cache", to a place');

  const out = join(folder, 'model');
  await train(manifest(), { from, cache: bad, out });
  const { warnings } = await evaluate(out, { data: squares.path('test.csv'), from, cache: bad });
  expect(warnings.map(({ code }) => code)).toEqual(['cache-unusable']);
});

const canMount = process.platform === 'linux' && process.getuid?.() === 0;

it.skipIf(!canMount)('a disk that is full in the middle is left as it was (needs root)', async () => {
  const disk = join(folder, 'disk');
  await mkdir(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40k', 'tmpfs', disk]);
  try {
    const { notes } = await trained(folderStore(disk));
    expect(notes).toEqual([expect.stringContaining('there is no space left to write it')]);
    const left = await readdir(disk, { recursive: true });
    expect(left.filter((name) => name.endsWith('.part'))).toEqual([]);
  } finally {
    execFileSync('umount', [disk]);
  }
});

it('more than memory should hold is an error that names the cache', async () => {
  const file = join(folder, 'another');
  await writeFile(file, '');
  const specs = { pixels: { dtype: 'uint8', shape: [1_000_000] } } as const;
  const cache = new Cache(folderStore(join(file, 'cache')));
  const keeping = cache.keep({ folder: 'prepared', key: 'large', specs, count: 3000 }, () =>
    expect.fail('nothing is prepared'),
  );
  await expect(keeping).rejects.toMatchObject({
    code: 'SENSORIUM_NOT_FOUND',
    message: expect.stringMatching(/; it is the cache, and memory does not hold the 3\.0 GB/) as string,
    hint: expect.stringContaining('SENSORIUM_CACHE') as string,
  });
});

it('what a picture does wrong is no fault of the cache', async () => {
  await writeFile(
    squares.path('squares/train-0.png'),
    (await readFile(squares.path('squares/train-0.png'))).subarray(0, 60),
  );
  await expect(trained(folderStore(join(folder, 'good')))).rejects.toMatchObject({
    code: 'SENSORIUM_BAD_MEDIA',
    location: { file: squares.path('train.csv'), row: 1 },
  });
});
