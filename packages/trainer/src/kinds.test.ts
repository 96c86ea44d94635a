import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '@sensorium/contracts';
import { loadPipeline } from '@sensorium/orchestrator';
import { zipSync } from 'fflate';
import { ByteWriter, parquetWrite } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check, evaluate, train } from './index.js';
import { from, makeSquares, writeSquare, type Squares } from './testing/squares.js';

let squares: Squares;
const photos: { path: string; label: string; bytes: Uint8Array }[] = [];

beforeAll(async () => {
  squares = await makeSquares({ train: 2, test: 1 });
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
  for (const [index, label] of ['red', 'green', 'blue'].flatMap((label) => Array<string>(8).fill(label)).entries()) {
    const path = `${label}/${index}.png`;
    await mkdir(squares.path(`photos/${label}`), { recursive: true });
    await writeSquare(squares.path(`photos/${path}`), label as 'red', index);
    photos.push({ path, label, bytes: await readFile(squares.path(`photos/${path}`)) });
  }
  // In the order of a folder.
  photos.sort((a, b) => (a.path < b.path ? -1 : 1));
  await writeFile(
    squares.path('photos.zip'),
    zipSync(Object.fromEntries(photos.map(({ path, bytes }) => [path, bytes]))),
  );
  const table = `image,label\n${photos.map(({ path, label }) => `../photos/${path},${label}\n`).join('')}`;
  const inside = photos.map(({ path, bytes }) => [`photos/${path}`, bytes] as const);
  await writeFile(
    squares.path('all.zip'),
    zipSync({ 'tables/train.csv': new TextEncoder().encode(table), ...Object.fromEntries(inside) }),
  );
  await mkdir(squares.path('shards'));
  for (const shard of [0, 1]) {
    const own = photos.filter((_, index) => index % 2 === shard);
    await writeFile(squares.path(`shards/${shard}.parquet`), parquetOf(own));
  }
});
afterAll(() => rm(squares.folder, { recursive: true }));

function parquetOf(rows: typeof photos): Uint8Array {
  const writer = new ByteWriter();
  void parquetWrite({
    writer,
    schema: [
      { name: 'root', num_children: 3 },
      { name: 'image', repetition_type: 'OPTIONAL', num_children: 2 },
      { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
      { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'label', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'raw', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
    ],
    columnData: [
      { name: 'image', data: rows.map(({ bytes, path }) => ({ bytes, path })) },
      { name: 'label', data: rows.map(({ label }) => label) },
      { name: 'raw', data: rows.map(({ label }) => new TextEncoder().encode(label)) },
    ],
    rowGroupSize: 5,
  });
  return new Uint8Array(writer.getBuffer());
}

const manifestOf = (column: string, data: Manifest['data'], head: Record<string, unknown> = {}): Manifest => ({
  sensorium: 1,
  name: 'kinds',
  inputs: { image: { encoder: 'image', dim: 8, channels: 4, column } },
  heads: { label: { use: 'classification', ...head } },
  training: { epochs: 2, batchSize: 6, learningRate: 4e-3, validation: 0, seed: 7 },
  data,
});

const kinds = [
  ['a folder', 'photos', 'file', 'the folder "photos": 24 files, labels from 3 folders'],
  ['a pattern of files', 'photos/**/*.png', 'file', /24 files, labels from 3 folders/],
  ['a zip', 'photos.zip', 'file', 'the archive "photos.zip": 24 files, labels from 3 folders'],
  ['a table in a zip', 'all.zip!tables/train.csv', 'image', undefined],
  ['Parquet files', 'shards/*.parquet', 'image', '2 tables with 24 rows'],
] as const;

describe.each(kinds)('%s', (_, path, column, readAs) => {
  it('is trained on, and gives what a table of paths would', async () => {
    const manifest = manifestOf(column, { train: squares.path(path) });
    const { notes } = await check(manifest, { from });
    const note = notes.find((one) => one.startsWith('data.train'));
    if (readAs === undefined) expect(note).toBeUndefined();
    else expect(note).toMatch(readAs);
    const trained = await train(manifest, { from });
    const answers = await evaluate(trained, { data: squares.path(path), from });
    expect(answers.rows).toBe(24);
    expect(trained.metrics.rows.train).toBe(24);
  });
});

it('the same pictures give the same weights, wherever they lie', async () => {
  const models = await Promise.all(
    kinds
      .filter(([name]) => name !== 'Parquet files')
      .map(
        async ([, path, column]) =>
          (await train(manifestOf(column, { train: squares.path(path) }), { from })).metrics.history,
      ),
  );
  const losses = models.map((history) => history.map(({ loss }) => loss));
  for (const other of losses.slice(1)) expect(other).toEqual(losses[0]);
});

it('nothing is decoded again where the content is known: the folder is copied, and its archive is another file', async () => {
  const manifest = manifestOf('file', { train: squares.path('photos') });
  await train(manifest, { from });
  await cp(squares.path('photos'), squares.path('moved'), { recursive: true });
  const phases = new Set<string>();
  const onProgress = ({ phase }: { phase: string }): void => void phases.add(phase);
  await train(manifestOf('file', { train: squares.path('moved') }), { from, onProgress });
  await train(manifestOf('file', { train: squares.path('photos.zip') }), { from, onProgress });
  expect(phases.has('prepare')).toBe(false);
});

it('a column of bytes is no text', async () => {
  const manifest = manifestOf('image', { train: squares.path('shards/*.parquet') }, { column: 'raw' });
  await expect(train(manifest, { from })).rejects.toMatchObject({
    code: 'SENSORIUM_BAD_TABLE',
    location: { key: 'raw' },
    message: expect.stringContaining('holds bytes') as string,
  });
});

it('a pipeline takes addresses in archives, unless it says what may be read', async () => {
  const trained = await train(manifestOf('file', { train: squares.path('photos') }), { from });
  const sample = { image: `${join(squares.folder, 'photos.zip')}!red/0.png` };
  const open = await loadPipeline(trained, { from });
  const strict = await loadPipeline(trained, { from, access: { folders: [squares.folder] } });
  try {
    const file = await open.run({ image: squares.path('photos/red/0.png') });
    expect(await open.run(sample)).toEqual(file);
    await expect(strict.run(sample)).rejects.toMatchObject({ code: 'SENSORIUM_NOT_FOUND' });
  } finally {
    await Promise.all([open.dispose(), strict.dispose()]);
  }
});
