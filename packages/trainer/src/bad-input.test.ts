import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { ErrorCode, ErrorLocation, Manifest } from '@sensorium/contracts';
import { loadPipeline } from '@sensorium/orchestrator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKPOINT_FILE, check, evaluate, train, type Progress } from './index.js';
import { from, makeSquares, writeTable, type Row, type Squares } from './testing/squares.js';

let squares: Squares;
beforeAll(async () => {
  squares = await makeSquares({ train: 48, test: 12 });
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
  await train(squares.manifest, { out: squares.path('model'), from });
});
afterAll(() => rm(squares.folder, { recursive: true }));

/** Every file of a folder with its bytes. */
async function contentOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).filter((name) => name !== CHECKPOINT_FILE);
  const files = names.map(async (name) => [name, (await readFile(join(folder, name))).toString('base64')] as const);
  return Object.fromEntries(await Promise.all(files));
}

const good: readonly Row[] = [
  { image: 'squares/train-0.png', question: 'is it red?', answer: 'yes' },
  { image: 'squares/train-1.png', question: 'is it red?', answer: 'no' },
  { image: 'squares/train-2.png', question: 'is it red?', answer: 'no' },
];
const withRow = (row: Partial<Row>): Row[] => [...good, { ...good[0]!, ...row }];
const file = (name: string): string => squares.path(name);
const inTable = (name: string, key: string): ErrorLocation => ({ file: file(name), row: 4, line: 5, key });

interface Case {
  readonly what: string;
  readonly manifest?: Partial<Manifest>;
  /** Writes what is bad, and gives the tables. */
  readonly data?: () => Promise<Manifest['data']>;
  readonly code: ErrorCode;
  readonly message: string | RegExp;
  readonly location: () => ErrorLocation;
}

const table = async (name: string, rows: readonly Row[]) => ({ train: await writeTable(squares.folder, name, rows) });
const rawTable = async (name: string, content: string | Uint8Array) => {
  await writeFile(file(name), content);
  return { train: file(name) };
};
const badPicture = async (name: string, bytes: string | Uint8Array) => {
  await writeFile(file(`squares/${name}`), bytes);
  return table(`${name}.csv`, withRow({ image: `squares/${name}` }));
};

/** A small PNG whose header promises 30,000×30,000 pixels. */
async function hugePng(): Promise<Buffer> {
  const bytes = await readFile(file('squares/train-0.png'));
  bytes.writeUInt32BE(30_000, 16);
  bytes.writeUInt32BE(30_000, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}

const cases: readonly Case[] = [
  {
    what: 'an unknown key',
    manifest: { training: { epoch: 3 } as Manifest['training'] },
    code: 'SENSORIUM_UNKNOWN_KEY',
    message: 'epochs',
    location: () => ({ key: 'training.epoch' }),
  },
  {
    what: 'a misspelt plugin',
    manifest: { fusion: 'atention' },
    code: 'SENSORIUM_UNKNOWN_PLUGIN',
    message: 'Did you mean "attention"?',
    location: () => ({ key: 'fusion' }),
  },
  {
    what: 'parts that do not fit together',
    manifest: { inputs: { image: 'image', question: { encoder: 'text', dim: 10, heads: 4 } } },
    code: 'SENSORIUM_SHAPE',
    message: /heads|dim/,
    location: () => ({ key: 'inputs.question' }),
  },
  {
    what: 'modality dropout of an input that may not be missing',
    manifest: { inputs: { image: { encoder: 'image', modalityDropout: 0.2 }, question: 'text' } },
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: 'may not be missing',
    location: () => ({ key: 'inputs.image.modalityDropout' }),
  },
  {
    what: 'no training table',
    data: async () => ({}),
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: 'no training table',
    location: () => ({ key: 'data' }),
  },
  {
    what: 'a table that does not exist',
    data: async () => ({ train: file('nowhere.csv') }),
    code: 'SENSORIUM_NOT_FOUND',
    message: 'nowhere.csv',
    location: () => ({ key: 'data.train' }),
  },
  {
    what: 'a missing column in the training table',
    data: () => rawTable('column.csv', 'picture,question,answer\na,b,c\n'),
    code: 'SENSORIUM_MISSING_COLUMN',
    message: 'no column "image"',
    location: () => ({ file: file('column.csv'), key: 'image' }),
  },
  {
    what: 'a missing column in the test table',
    data: async () => ({
      train: file('train.csv'),
      test: (await rawTable('test-column.csv', 'image,question,answers\na,b,c\n')).train,
    }),
    code: 'SENSORIUM_MISSING_COLUMN',
    message: 'no column "answer"',
    location: () => ({ file: file('test-column.csv'), key: 'answer' }),
  },
  {
    what: 'an empty table',
    data: () => rawTable('empty.csv', 'image,question,answer\n'),
    code: 'SENSORIUM_EMPTY_TABLE',
    message: /empty.csv" has no rows/,
    location: () => ({ key: 'data.train' }),
  },
  {
    what: 'a table of one row',
    manifest: { heads: { answer: { use: 'classification', labels: ['yes', 'no'] } } },
    data: () => table('one.csv', good.slice(0, 1)),
    code: 'SENSORIUM_BAD_TABLE',
    message: 'one row',
    location: () => ({ file: file('one.csv') }),
  },
  {
    what: 'a table of one answer',
    data: () => table('one-answer.csv', good.slice(1)),
    code: 'SENSORIUM_BAD_TABLE',
    message: 'only "no"',
    location: () => ({ file: file('one-answer.csv'), key: 'answer' }),
  },
  {
    what: 'nothing that can be held out',
    data: () =>
      table(
        'one-picture.csv',
        good.map((row) => ({ ...row, image: 'squares/train-0.png' })),
      ),
    code: 'SENSORIUM_BAD_TABLE',
    message: 'all rows hang together by values that they share (inputs.image)',
    location: () => ({ file: file('one-picture.csv') }),
  },
  {
    what: 'a broken quote',
    data: () => rawTable('quote.csv', 'image,question,answer\na,b,c\na,"b,c\n'),
    code: 'SENSORIUM_BAD_TABLE',
    message: /quote/i,
    location: () => ({ file: file('quote.csv'), row: 2, line: expect.any(Number) as number }),
  },
  {
    what: 'a table that is not UTF-8',
    data: () => rawTable('latin.csv', Buffer.from('image,question,answer\na,wo ist er?,gr\xfcn\n', 'latin1')),
    code: 'SENSORIUM_BAD_TABLE',
    message: 'line 2 is not UTF-8',
    location: () => ({ file: file('latin.csv'), line: 2 }),
  },
  {
    what: 'a label in the test table that training never saw',
    data: async () => ({
      train: file('train.csv'),
      test: (await table('unseen.csv', withRow({ answer: 'maybe' }))).train,
    }),
    code: 'SENSORIUM_UNSEEN_LABEL',
    message: '"maybe"',
    location: () => inTable('unseen.csv', 'answer'),
  },
  {
    what: 'an empty answer',
    data: () => table('no-answer.csv', withRow({ answer: '' })),
    code: 'SENSORIUM_BAD_TABLE',
    message: '"answer"',
    location: () => inTable('no-answer.csv', 'answer'),
  },
  {
    what: 'an empty question',
    manifest: { inputs: { image: 'image', question: 'text' } },
    data: () => table('no-question.csv', withRow({ question: '' })),
    code: 'SENSORIUM_MISSING_INPUT',
    message: '"question" is empty',
    location: () => inTable('no-question.csv', 'question'),
  },
  {
    what: 'a question of 100,000 characters',
    data: () => table('long.csv', withRow({ question: 'why '.repeat(25_000) })),
    code: 'SENSORIUM_MEDIA_TOO_LARGE',
    message: /a text of 100000 characters; the limit is 50000/,
    location: () => inTable('long.csv', 'question'),
  },
  {
    what: 'a missing picture',
    data: () => table('missing.csv', withRow({ image: 'squares/missing.png' })),
    code: 'SENSORIUM_NOT_FOUND',
    message: 'squares/missing.png',
    location: () => inTable('missing.csv', 'image'),
  },
  {
    what: 'a picture of no bytes',
    data: () => badPicture('zero.png', ''),
    code: 'SENSORIUM_BAD_MEDIA',
    message: '"squares/zero.png" is empty',
    location: () => inTable('zero.png.csv', 'image'),
  },
  {
    what: 'a picture that is cut',
    data: async () => badPicture('cut.png', (await readFile(file('squares/train-0.png'))).subarray(0, 60)),
    code: 'SENSORIUM_BAD_MEDIA',
    message: '"squares/cut.png" begins as PNG',
    location: () => inTable('cut.png.csv', 'image'),
  },
  {
    what: 'a text named .png',
    data: () => badPicture('text.png', 'I am a picture, believe me.'),
    code: 'SENSORIUM_BAD_MEDIA',
    message: /"squares\/text.png" is not a picture .* looks like plain text/,
    location: () => inTable('text.png.csv', 'image'),
  },
  {
    what: 'a picture of 30,000×30,000',
    data: async () => badPicture('huge.png', await hugePng()),
    code: 'SENSORIUM_MEDIA_TOO_LARGE',
    message: '30000×30000',
    location: () => inTable('huge.png.csv', 'image'),
  },
];

describe('refuses, before it trains, and leaves the older model as it was:', () => {
  it.each(cases)('$what', async ({ manifest, data, code, message, location }) => {
    const before = await contentOf(file('model'));
    const bad = { ...squares.manifest, ...(data && { data: await data() }), ...manifest } as Manifest;
    const error: unknown = await train(bad, { out: file('model'), overwrite: true, from }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code, location: location() });
    expect((error as Error).message).toMatch(message);
    expect(await contentOf(file('model'))).toEqual(before);
    expect(await readdir(file('model'))).not.toContain(CHECKPOINT_FILE);
  });

  it('all but bad media is found by check, too', async () => {
    const data = { train: file('train.csv'), test: (await table('unseen.csv', withRow({ answer: 'maybe' }))).train };
    await expect(check({ ...squares.manifest, data }, { from })).rejects.toMatchObject({
      code: 'SENSORIUM_UNSEEN_LABEL',
      location: inTable('unseen.csv', 'answer'),
    });
  });
});

describe('evaluation refuses', () => {
  it.each([
    ['a label that the model does not know', withRow({ answer: 'maybe' }), 'SENSORIUM_UNSEEN_LABEL', 'answer'],
    ['a missing picture', withRow({ image: 'squares/gone.png' }), 'SENSORIUM_NOT_FOUND', 'image'],
  ])('%s', async (_, rows, code, key) => {
    const { train: data } = await table('evaluated.csv', rows);
    await expect(evaluate(file('model'), { data, from })).rejects.toMatchObject({
      code,
      location: inTable('evaluated.csv', key),
    });
  });

  it('a folder whose weights were changed', async () => {
    await cp(file('model'), file('changed'), { recursive: true });
    const weights = await readFile(file('changed/model.onnx'));
    weights[weights.length >> 1]! ^= 1;
    await writeFile(file('changed/model.onnx'), weights);
    const expected = { code: 'SENSORIUM_CHECKSUM', location: { file: file('changed/model.onnx') } };
    await expect(evaluate(file('changed'), { data: file('test.csv'), from })).rejects.toMatchObject(expected);
    await expect(loadPipeline(file('changed'), { from })).rejects.toMatchObject(expected);
  });
});

describe('where it cannot be written', () => {
  it('a folder below a file', async () => {
    await expect(train(squares.manifest, { out: file('train.csv/model'), from })).rejects.toMatchObject({
      code: 'SENSORIUM_NOT_FOUND',
      location: { file: file('train.csv/model') },
    });
  });

  const mounts = canMount();
  const onDisk = async (name: string, size: string, work: (folder: string) => Promise<void>): Promise<void> => {
    await mkdir(file(name));
    execFileSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', file(name)]);
    try {
      await work(file(name));
    } finally {
      execFileSync('/usr/bin/umount', [file(name)]);
    }
  };

  it.skipIf(!mounts)('a read-only disk (skipped where the test may not mount)', async () => {
    await onDisk('read-only', '1m', async (disk) => {
      execFileSync('/usr/bin/mount', ['-o', 'remount,ro', disk]);
      await expect(train(squares.manifest, { out: join(disk, 'model'), from })).rejects.toMatchObject({
        code: 'SENSORIUM_NO_PERMISSION',
        location: { file: join(disk, 'model') },
      });
    });
  });

  it.skipIf(!mounts)('a disk that is full before training (skipped where the test may not mount)', async () => {
    await onDisk('full', '1m', async (disk) => {
      const model = join(disk, 'model');
      await cp(file('model'), model, { recursive: true });
      const before = await contentOf(model);
      fillUp(join(disk, 'filler'));
      await expect(train(squares.manifest, { out: model, overwrite: true, from })).rejects.toMatchObject({
        code: 'SENSORIUM_DISK_FULL',
        location: { file: join(model, 'training.lock') },
      });
      expect(await contentOf(model)).toEqual(before);
      expect(await readdir(model)).not.toContain(CHECKPOINT_FILE);
    });
  });

  it.skipIf(!mounts)('a disk that is full when training ends (skipped where the test may not mount)', async () => {
    await onDisk('filled', '1m', async (disk) => {
      const model = join(disk, 'model');
      await cp(file('model'), model, { recursive: true });
      const before = await contentOf(model);
      const manifest = { ...squares.manifest, name: 'newer' };
      const onProgress = ({ phase, done }: Progress): void => {
        if (phase === 'save' && done === 0) fillUp(join(disk, 'filler'));
      };
      await expect(train(manifest, { out: model, overwrite: true, from, onProgress })).rejects.toMatchObject({
        code: 'SENSORIUM_DISK_FULL',
      });
      expect(await contentOf(model)).toEqual(before);
      await rm(join(disk, 'filler'));
      const { manifest: written } = await train(manifest, { out: model, from, resume: true });
      expect(written.name).toBe('newer');
      expect(await contentOf(model)).not.toEqual(before);
      expect(await evaluate(model, { data: file('test.csv'), from })).toMatchObject({ rows: 12 });
    });
  });
});

/** Writes until the disk is full. */
function fillUp(path: string): void {
  const block = Buffer.alloc(4096);
  const write = (): void => {
    for (;;) appendFileSync(path, block);
  };
  expect(write).toThrow('ENOSPC');
}

function canMount(): boolean {
  try {
    execFileSync('/usr/bin/unshare', ['--mount', '/usr/bin/mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}
