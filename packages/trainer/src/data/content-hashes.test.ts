import { copyFile, cp, mkdtemp, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Manifest } from '@sensorium/contracts';
import { folderStore, sha256 } from '@sensorium/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ContentHashes } from './content-hashes.js';
import { train, type Progress } from '../index.js';
import { from, makeSquares, writeSquare, type Squares } from '../testing/squares.js';

/** Until files that were just written are remembered. */
const SETTLING = 2100;

let squares: Squares;
let copies: string;
beforeAll(async () => {
  squares = await makeSquares({ train: 24, test: 0 });
  copies = await mkdtemp(join(tmpdir(), 'sensorium-copies-'));
  process.env['SENSORIUM_CACHE'] = join(copies, 'cache');
  await setTimeout(SETTLING);
  expect(await phasesIn(squares.folder)).toEqual(expect.arrayContaining(['hash', 'prepare', 'features']));
});
afterAll(() => Promise.all([squares.folder, copies].map((folder) => rm(folder, { recursive: true }))));

const newHashes = (): ContentHashes => new ContentHashes(folderStore(join(copies, 'cache')));
const memo = (): string => join(copies, 'cache', 'contents');
const picture = (): string => squares.path('squares/train-4.png');

/** Of 12 pictures, those that were looked at, whenever the last training had read some. */
let hashed: number[] = [];

/** What a training of the table in a folder, with a frozen encoder, had to do. */
async function phasesIn(folder: string, stopAt?: AbortController): Promise<string[]> {
  const phases = new Set<string>();
  hashed = [];
  const onProgress = ({ phase, done }: Progress): void => {
    phases.add(phase);
    if (phase !== 'hash') return;
    hashed.push(done);
    stopAt?.abort(new Error('stopped while hashing'));
  };
  const image = { encoder: 'image', dim: 8, channels: 4, trainable: 'frozen' } as const;
  const manifest: Manifest = {
    ...squares.manifest,
    inputs: { ...squares.manifest.inputs, image },
    training: { epochs: 1, validation: 0 },
    data: { train: join(folder, 'train.csv') },
  };
  await train(manifest, { out: join(copies, 'out'), overwrite: true, from, onProgress, signal: stopAt?.signal });
  return [...phases];
}

const untouched = ['train', 'epoch', 'save'];

describe('what was prepared is kept by content', () => {
  it('reads nothing again while nothing changes', async () => {
    expect(await phasesIn(squares.folder)).toEqual(untouched);
  });

  it('is found by a table in another folder', async () => {
    const copy = join(copies, 'copy');
    await cp(squares.folder, copy, { recursive: true });
    expect(await phasesIn(copy)).toEqual(['hash', ...untouched]);
    await setTimeout(SETTLING);
    await phasesIn(copy);
    expect(await phasesIn(copy)).toEqual(untouched);
    expect(await phasesIn(squares.folder)).toEqual(untouched);
  });

  it('is still right where a file was only touched', async () => {
    await utimes(picture(), 1_700_000_000, 1_700_000_000);
    expect(await phasesIn(squares.folder)).toEqual(['hash', ...untouched]);
  });

  it('is made anew where content changed, although size and time of writing are as before', async () => {
    const { size, atime, mtime } = await stat(picture());
    await writeSquare(picture(), 'blue', 4);
    const file = await readFile(picture());
    await writeFile(picture(), Buffer.concat([file, Buffer.alloc(Math.max(0, size - file.length))]));
    await truncate(picture(), size);
    await utimes(picture(), atime, mtime);
    expect(await stat(picture())).toMatchObject({ size, mtime });
    expect(await phasesIn(squares.folder)).toEqual(['hash', 'prepare', 'features', ...untouched]);
  });

  it('remembers what was read until it was stopped', async () => {
    const copy = join(copies, 'stopped');
    await cp(squares.folder, copy, { recursive: true });
    await setTimeout(SETTLING);
    await expect(phasesIn(copy, new AbortController())).rejects.toThrow('stopped while hashing');
    expect(hashed).toEqual([8]);
    expect(await phasesIn(copy)).toEqual(['hash', ...untouched]);
    expect(hashed).toEqual([12]);
  });

  it('survives a damaged memo, which is written anew', async () => {
    await setTimeout(SETTLING);
    await phasesIn(squares.folder);
    const whole = await readFile(memo());
    const flipped = Buffer.from(whole);
    flipped[20]! ^= 1;
    for (const damaged of [flipped, whole.subarray(0, 100), Buffer.from('no memo')]) {
      await writeFile(memo(), damaged);
      expect(await phasesIn(squares.folder)).toEqual(['hash', ...untouched]);
      expect(await phasesIn(squares.folder)).toEqual(untouched);
    }
  });
});

describe('hashes of content', () => {
  const file = async (name: string): Promise<string> => {
    const path = join(copies, name);
    await writeFile(path, `content of ${name}`);
    return path;
  };

  it('are SHA-256, and what two find at once is remembered of both', async () => {
    const [one, two] = [await file('one'), await file('two')];
    await setTimeout(SETTLING);
    const [first, second] = [newHashes(), newHashes()];
    expect(await first.of(one)).toEqual({ hash: await sha256('content of one'), wasRead: true });
    expect(await second.of(two)).toEqual({ hash: await sha256('content of two'), wasRead: true });
    await first.save();
    await second.save();
    const third = newHashes();
    expect(await third.of(one)).toEqual({ hash: await sha256('content of one'), wasRead: false });
    expect(await third.of(two)).toEqual({ hash: await sha256('content of two'), wasRead: false });
  });

  it('of a file that was just written are not trusted: it may be written again at the same time', async () => {
    const fresh = await file('fresh');
    // However long this takes: what is of tomorrow was just written.
    const tomorrow = Date.now() / 1000 + 86_400;
    await utimes(fresh, tomorrow, tomorrow);
    const hashes = newHashes();
    for (let time = 0; time < 2; time++) expect(await hashes.of(fresh)).toMatchObject({ wasRead: true });
    await hashes.save();
    await copyFile(await file('other'), fresh);
    expect(await newHashes().of(fresh)).toEqual({ hash: await sha256('content of other'), wasRead: true });
  });

  it('are of files alone', async () => {
    await expect(newHashes().of(copies)).rejects.toMatchObject({
      code: 'SENSORIUM_IO',
      message: `"${copies}" is not a file`,
    });
    await expect(newHashes().of(join(copies, 'none'))).rejects.toMatchObject({ code: 'SENSORIUM_NOT_FOUND' });
  });
});
