import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng, encodeWav } from '@sensorium/media';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { manifestName, siblingsOf } from './init/names.js';
import { sensorium, type Ended } from './testing/sensorium.js';

const LONG = 120_000;
const ROWS = 24;

let folder: string;
const run = (...args: string[]): Promise<Ended> => sensorium(['init', ...args], { cwd: folder });
const read = async (file: string): Promise<string> => readFile(join(folder, file), 'utf8');
const write = async (path: string, content: string | Uint8Array): Promise<void> => {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), content);
};

/** A table of everything: what stands in a cell says what it is. */
async function writeShop(): Promise<void> {
  const header = 'id,photo,sound,wrist,review,Sale price,city,sold,nothing,same,kind';
  const cells = (row: number): (string | number)[] => [
    row + 1,
    `media/${row % 4}.png`,
    `media/${row % 4}.wav`,
    `media/${row % 4}.csv`,
    `"the ${row}th of all these things, which I like"`,
    row * 1.5,
    ['Rome', 'Oslo', ''][row % 3] ?? '',
    `2024-01-${String(row + 1).padStart(2, '0')}`,
    '',
    'x',
    ['new', 'old'][row % 2] ?? '',
  ];
  const lines = Array.from({ length: ROWS }, (_, row) => cells(row).join());
  await write('shop/train.csv', [header, ...lines].join('\n'));
  await write('shop/test.csv', [header, ...lines.slice(0, 4)].join('\n'));
  await write('shop/val.csv', 'other,columns\n1,2\n');
  for (let index = 0; index < 4; index++) {
    const data = Uint8Array.from({ length: 8 * 8 * 3 }, (_, at) => (at * (index + 3)) % 256);
    await write(`shop/media/${index}.png`, await encodePng({ width: 8, height: 8, channels: 3, data }));
    const wave = Float32Array.from({ length: 800 }, (_, at) => Math.sin(at * 0.1 * (index + 1)));
    await write(`shop/media/${index}.wav`, encodeWav({ rate: 8000, channels: [wave] }));
    await write(`shop/media/${index}.csv`, `accX,accY\n${index},1\n2,3\n`);
    await write(
      `pictures/${['cat', 'dog'][index % 2]}/${index}.png`,
      await encodePng({ width: 8, height: 8, channels: 3, data }),
    );
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-init-'));
  await writeShop();
}, LONG);
afterAll(() => rm(folder, { recursive: true }));

describe('a table', () => {
  let written: Ended;
  beforeAll(async () => {
    written = await run('shop/train.csv', '--target', 'kind');
  }, LONG);

  it('becomes a manifest, in which every column is what it seems to be', async () => {
    expect(written).toMatchObject({ code: 0, stderr: '' });
    expect(parse(await read('shop.yaml'))).toEqual({
      sensorium: 1,
      name: 'shop',
      inputs: {
        photo: { encoder: 'image' },
        sound: { encoder: 'audio' },
        wrist: { encoder: 'motion' },
        review: { encoder: 'text' },
        table: { encoder: 'table', columns: ['Sale price', 'city', 'sold'] },
      },
      fusion: 'concat',
      heads: { kind: { use: 'classification' } },
      training: { epochs: 40, batchSize: 16 },
      data: { train: 'shop/train.csv', test: 'shop/test.csv' },
    });
  });

  it('says why', async () => {
    const manifest = await read('shop.yaml');
    for (const line of [
      '  photo: # each file is a picture (PNG)',
      '  sound: # each file is a WAV sound',
      '  wrist: # each file is motion of accX, accY',
      '  review: # texts of 9 words on average',
      '      - Sale price # numbers from 0 to 34.5',
      '      - city # 2 different labels',
      '      - sold # short cells',
      '  # Left out: id, because it counts the rows.',
      '  # Left out: nothing, because all of its cells are empty.',
      '  # Left out: same, because the same stands in all rows.',
      '  kind: # 2 different labels',
    ]) {
      expect(manifest.split('\n')).toContain(line);
    }
    expect(written.stdout).toMatch(/^photo +input photo: image +each file is a picture \(PNG\)$/m);
    expect(written.stdout).toContain('sensorium train shop.yaml --out model');
  });

  it(
    'becomes one that can be trained',
    async () => {
      const checked = await sensorium(['check', 'shop.yaml', '--no-measure', '--json'], { cwd: folder });
      expect(JSON.parse(checked.stdout)).toMatchObject({ manifest: { name: 'shop' } });
    },
    LONG,
  );

  it('is learned as a number where the target is one', async () => {
    const { stdout } = await run('shop/train.csv', '--target', 'Sale price', '--out', 'price.yaml', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      manifest: 'price.yaml',
      rows: ROWS,
      head: { name: 'sale-price', use: 'regression', columns: [{ column: 'Sale price' }] },
      leftOut: [{ column: 'id' }, { column: 'nothing' }, { column: 'same' }],
    });
    expect(parse(await read('price.yaml'))).toMatchObject({
      heads: { 'sale-price': { use: 'regression', column: 'Sale price' } },
    });
  });

  it('is named as seen from the manifest, wherever that is, so that both can be moved together', async () => {
    await mkdir(join(folder, 'elsewhere'));
    const { code } = await run(join(folder, 'shop/train.csv'), '--target', 'kind', '--out', 'elsewhere/shop.yaml');
    expect(code).toBe(0);
    expect(parse(await read('elsewhere/shop.yaml'))).toMatchObject({
      data: { train: '../shop/train.csv', test: '../shop/test.csv' },
    });
  });

  it('replaces nothing without --force', async () => {
    await write('mine.yaml', 'mine');
    const { code, stderr } = await run('shop/train.csv', '--target', 'kind', '--out', 'mine.yaml');
    expect(stderr).toMatch(/^SENSORIUM_EXISTS {2}mine\.yaml[^]*--force/);
    expect(code).toBe(1);
    expect(await read('mine.yaml')).toBe('mine');
    expect((await run('shop/train.csv', '--target', 'kind', '--out', 'mine.yaml', '--force')).code).toBe(0);
    expect(await read('mine.yaml')).toContain('sensorium: 1');
  });

  it.each([
    [['shop/train.csv'], /^SENSORIUM_USAGE\n {2}--target is missing[^]*There is id, photo, sound/, 2],
    [['shop/train.csv', '--target', 'kinf'], /^SENSORIUM_MISSING_COLUMN[^]*kind/, 1],
    [
      ['shop/train.csv', '--target', 'nothing'],
      /^SENSORIUM_BAD_TABLE[^]*all cells of the column "nothing" are empty/,
      1,
    ],
    [['shop/train.csv', '--target', 'sold'], /^SENSORIUM_BAD_TABLE[^]*"sold" is nothing that a head at hand learns/, 1],
    [['none.csv', '--target', 'x'], /^SENSORIUM_NOT_FOUND/, 1],
  ])('%j is refused, and says why', async (args, message, expected) => {
    const { code, stderr } = await run(...args, '--out', 'refused.yaml');
    expect(stderr).toMatch(message);
    expect(code).toBe(expected);
  });
});

describe('a folder', () => {
  it('has its files for the input, and its folders for labels', async () => {
    const { code, stdout } = await run('pictures');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Read as the folder "pictures"/);
    expect(parse(await read('pictures.yaml'))).toMatchObject({
      name: 'pictures',
      inputs: { file: { encoder: 'image' } },
      heads: { label: { use: 'classification' } },
      data: { train: 'pictures' },
    });
  });

  it('of files of several kinds is refused', async () => {
    const { code, stderr } = await run('shop', '--out', 'mixed.yaml');
    expect(stderr).toMatch(/^SENSORIUM_BAD_TABLE[^]*file \(no encoder at hand reads it, or not all of it\)/);
    expect(code).toBe(1);
  });
});

it.each([
  ['/data/houses.csv', 'houses'],
  ['/data/houses/train.csv', 'houses'],
  ['/data/Sale prices (€).parquet', 'sale-prices'],
  ['/data/birds/', 'birds'],
  ['/data/birds.zip!photos/train.csv', 'birds'],
  ['/data/shards/*.parquet', 'shards'],
  ['https://a.org/b/cars.csv?x=1', 'cars'],
  ['/data/2024.csv', 'model'],
])('a manifest of %s is called %s', (source, name) => {
  expect(manifestName(source)).toBe(name);
});

it('beside a table for training there may be others', () => {
  expect(siblingsOf('a/train.csv').map(({ use, path }) => [use, path])).toEqual([
    ['validation', 'a/validation.csv'],
    ['validation', 'a/valid.csv'],
    ['validation', 'a/val.csv'],
    ['validation', 'a/dev.csv'],
    ['test', 'a/test.csv'],
  ]);
  expect(siblingsOf('a/all.csv')).toEqual([]);
});
