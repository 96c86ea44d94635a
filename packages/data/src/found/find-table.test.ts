import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chosenPlace, disk, findTable, openTable, streamTable, type FoundTable, type Row } from '../index.js';
import { failure } from '../testing/failure.js';
import { fileServer } from '../testing/file-server.js';
import { parquetBytes } from '../testing/parquet.js';
import { tarBytes } from '../testing/tar.js';

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const zip = (files: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, encode(text)]))));
const shard = (from: number): Uint8Array<ArrayBuffer> =>
  parquetBytes({
    columnData: [
      { name: 'id', data: [from, from + 1], type: 'INT32' },
      { name: 'image', data: [encode('a'), encode('b')], type: 'BYTE_ARRAY' },
    ],
  });

const photos = ['cats/1.png', 'cats/young/2.png', 'dogs/1.png', 'Über/ñ.png'];
const files: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  ...Object.fromEntries(photos.map((path) => [`photos/${path}`, encode('png')])),
  'photos/.hidden/3.png': encode('png'),
  'photos/cats/.DS_Store': encode('png'),
  'photos/cats/Thumbs.db': encode('png'),
  'empty/.keep': encode(''),
  'tables/a.csv': encode('image,label\na.png,cat\nb.png,dog\n'),
  'tables/b.csv': encode('label,image\ncat,c.png\n'),
  'tables/[1].csv': encode('image,label\nd.png,cat\n'),
  'shards/0.parquet': shard(0),
  'shards/1.parquet': shard(2),
  'other/a.jsonl': encode('{"id":1}\n{"id":2}\n'),
  'other/b.jsonl': encode('{"id":3,"name":"x"}\n'),
  'changing/a.jsonl': encode('{"id":1,"note":"x"}\n{"id":null,"note":1}\n{"id":"2"}\n'),
  'mixed/a.csv': encode('a\n1\n'),
  'mixed/a.png': encode('png'),
  'photos.zip': zip(Object.fromEntries(['__MACOSX/x.png', 'cats/.x', ...photos].map((path) => [path, 'png']))),
  'data.zip': zip({ 'tables/train.csv': 'image,label\n../images/1.png,cat\n', 'images/1.png': 'png' }),
  'samples.tar': tarBytes({
    'a/001.jpg': 'jpg',
    'a/001.cls': '3\n',
    'a/001.json': '{"caption":"a cat","size":[1,2]}',
    'a/002.jpg': 'jpg',
    'a/002.seg.png': 'png',
    'a/002.cls': '4',
  }),
  'photos.tar': tarBytes(Object.fromEntries(photos.map((path) => [path, 'png']))),
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-found-'));
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
});
afterAll(() => rm(folder, { recursive: true }));

const valuesOf = ({ table }: FoundTable): Row['values'][] => table.rows.map(({ values }) => values);

/** On the disk, and among files that a person chose. */
const places = [
  ['on a disk', (path: string) => findTable(join(folder, path), disk), (base: string) => base.slice(folder.length + 1)],
  [
    'among chosen files',
    (path: string) =>
      findTable(path, chosenPlace(new Map(Object.entries(files).map(([name, bytes]) => [name, new Blob([bytes])])))),
    (base: string) => base,
  ],
] as const;

describe.each(places)('a table %s', (_, find, shorten) => {
  const labelled = [
    { file: 'cats/1.png', label: 'cats' },
    { file: 'cats/young/2.png', label: 'cats' },
    { file: 'dogs/1.png', label: 'dogs' },
    { file: 'Über/ñ.png', label: 'Über' },
  ];

  it('is a folder of files, each with the name of the first folder as label', async () => {
    const found = await find('photos');
    expect(valuesOf(found)).toEqual(labelled);
    expect(shorten(found.base)).toBe('photos');
    expect(found.readAs).toBe('the folder "photos": 4 files, labels from 3 folders');
  });

  it.each(['photos.zip', 'photos.tar'])('is an archive as if it were a folder: %s', async (name) => {
    const found = await find(name);
    expect(valuesOf(found)).toEqual(labelled.map(({ file, label }) => ({ file: `${name}!${file}`, label })));
  });

  it('is a folder in an archive', async () => {
    const found = await find('photos.zip!cats');
    expect(valuesOf(found)).toEqual([
      { file: '1.png', label: null },
      { file: 'young/2.png', label: 'young' },
    ]);
    expect(shorten(found.base)).toBe('photos.zip!cats/');
  });

  it('is a table in an archive, where its paths begin', async () => {
    const found = await find('data.zip!tables/train.csv');
    expect(valuesOf(found)).toEqual([{ image: '../images/1.png', label: 'cat' }]);
    expect(shorten(found.base)).toBe('data.zip!tables');
  });

  it('is a tar whose files share names: samples, with a column for each ending', async () => {
    const found = await find('samples.tar');
    expect(valuesOf(found)).toEqual([
      {
        name: 'a/001',
        jpg: 'samples.tar!a/001.jpg',
        cls: '3',
        'json.caption': 'a cat',
        'json.size': [1, 2],
        'seg.png': null,
      },
      {
        name: 'a/002',
        jpg: 'samples.tar!a/002.jpg',
        cls: '4',
        'json.caption': null,
        'json.size': null,
        'seg.png': 'samples.tar!a/002.seg.png',
      },
    ]);
    expect(found.readAs).toMatch(/^WebDataset: 2 samples/);
  });

  it('is what a pattern matches: files', async () => {
    const found = await find('photos/**/*.{png,jpg}');
    expect(valuesOf(found)).toEqual(labelled);
    expect(shorten(found.base)).toBe('photos');
    expect(valuesOf(await find('photos/[cd]*/*.png'))).toEqual([labelled[0], labelled[2]]);
  });

  it('is what a pattern matches: tables, one after the other, in whatever order their columns stand', async () => {
    const found = await find('tables/?.csv');
    expect(valuesOf(found)).toEqual([
      { image: 'a.png', label: 'cat' },
      { image: 'b.png', label: 'dog' },
      { image: 'c.png', label: 'cat' },
    ]);
    const { rows } = found.table;
    expect(rows.map(({ number, file = '' }) => [number, file.replace(/^.*\//, '')])).toEqual([
      [1, 'a.csv'],
      [2, 'a.csv'],
      [1, 'b.csv'],
    ]);
    expect(found.readAs).toBe('2 tables with 3 rows');
  });

  it('is what a pattern matches: Parquet files, whose bytes stay in them', async () => {
    const found = await find('shards/*.parquet');
    expect(valuesOf(found)).toEqual([
      { id: 0, image: '0.parquet!image/1' },
      { id: 1, image: '0.parquet!image/2' },
      { id: 2, image: '1.parquet!image/1' },
      { id: 3, image: '1.parquet!image/2' },
    ]);
    expect(shorten(found.base)).toBe('shards');
  });

  it('may have signs of a pattern in its name', async () => {
    expect(valuesOf(await find('tables/[1].csv'))).toEqual([{ image: 'd.png', label: 'cat' }]);
  });

  it.each([
    ['nothing/*.csv', 'SENSORIUM_NOT_FOUND', 'no file matches'],
    ['photos/**/*.jpg', 'SENSORIUM_NOT_FOUND', 'no file matches'],
    ['none.csv', 'SENSORIUM_NOT_FOUND', 'none.csv'],
    ['none', 'SENSORIUM_NOT_FOUND', 'none'],
    ['none.zip!a.csv', 'SENSORIUM_NOT_FOUND', 'none.zip'],
    ['data.zip!tables/tran.csv', 'SENSORIUM_NOT_FOUND', 'Did you mean "tables/train.csv"'],
    ['data.zip!none', 'SENSORIUM_EMPTY_TABLE', 'has no files'],
    ['data.zip!a.parquet', 'SENSORIUM_BAD_MEDIA', 'a Parquet file in another file'],
    ['empty', 'SENSORIUM_EMPTY_TABLE', 'has no files'],
    ['photos/cats/1.png', 'SENSORIUM_BAD_TABLE', 'does not end as a table does'],
    ['data.tar.gz', 'SENSORIUM_BAD_TABLE', 'does not end as a table does'],
    ['mixed/*', 'SENSORIUM_BAD_TABLE', 'matches 1 tables or archives ("a.csv") and 1 other files ("a.png")'],
  ])('is nothing that can be read: %s', async (path, code, message) => {
    const error = await failure(find(path));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it('has other columns than the one before it', async () => {
    const error = await failure(find('other/*.jsonl'));
    expect(error).toMatchObject({ code: 'SENSORIUM_BAD_TABLE', location: { key: 'name' } });
    expect(error.location?.file).toMatch(/b\.jsonl$/);
    expect(error.message).toMatch(/a column "name", which ".*a\.jsonl" does not have/);
  });

  it('has a column that changes its type half-way', async () => {
    const error = await failure(find('changing/a.jsonl'));
    expect(error).toMatchObject({ code: 'SENSORIUM_BAD_TABLE', location: { row: 2, line: 2, key: 'note' } });
    expect(error.message).toBe('the column "note" holds texts until here, and now 1');
  });
});

describe('a table on a disk', () => {
  it('is looked at in those columns only that are needed', async () => {
    const error = await failure(findTable(join(folder, 'changing/a.jsonl'), disk, { columns: ['id'] }));
    expect(error).toMatchObject({ location: { row: 3, key: 'id' } });
  });

  it('has the same rows as a whole file', async () => {
    const path = join(folder, 'tables/a.csv');
    expect((await findTable(path, disk)).table).toEqual(await openTable(path));
  });

  it('is streamed, of whatever kind it is', async () => {
    for (const name of ['photos', 'shards/*.parquet', 'samples.tar', 'data.zip!tables/train.csv', 'shards/0.parquet']) {
      const path = join(folder, name);
      const { table, base } = await findTable(path, disk);
      const stream = await streamTable(path);
      const rows: Row[] = [];
      for await (const row of stream.rows()) rows.push(row);
      expect([stream.columns, stream.count, stream.base, rows]).toEqual([
        table.columns,
        table.rows.length,
        base,
        table.rows,
      ]);
    }
  });

  it('has files that links lead to', async () => {
    const linked = join(folder, 'linked', 'cats');
    await mkdir(linked, { recursive: true });
    await symlink(join(folder, 'photos/cats/1.png'), join(linked, 'link.png'));
    expect(valuesOf(await findTable(join(folder, 'linked'), disk))).toEqual([{ file: 'cats/link.png', label: 'cats' }]);
  });

  it('has another hash when what it names is another', async () => {
    const hashes = await Promise.all(
      [
        'photos',
        'photos.zip',
        'tables/?.csv',
        'tables/a.csv',
        'shards/*.parquet',
        'shards/0.parquet',
        'shards/1.parquet',
      ].map(async (name) => (await findTable(join(folder, name), disk)).hash),
    );
    expect(new Set(hashes).size).toBe(hashes.length);
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('a table on a server', () => {
  it('is read with what its cells name', async () => {
    await using server = await fileServer({
      'a/t.csv': encode('image\nx.png\n'),
      'a/p.zip': files['photos.zip'] ?? encode(''),
    });
    const table = await findTable(`${server.url}a/t.csv`, disk);
    expect([valuesOf(table), table.base]).toEqual([[{ image: 'x.png' }], `${server.url}a`]);
    const archive = await findTable(`${server.url}a/p.zip`, disk);
    expect(valuesOf(archive)[0]).toEqual({ file: `${server.url}a/p.zip!cats/1.png`, label: 'cats' });
  });
});
