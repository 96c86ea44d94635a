import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { disk, entryAddress, findTable, readEntry, streamTable } from '../index.js';
import { failure } from '../testing/failure.js';
import { fileServer } from '../testing/file-server.js';
import { fileStruct, listOf, parquetBytes } from '../testing/parquet.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'sensorium-parquet-'))));
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

async function bytesAt(base: string, address: unknown): Promise<string> {
  const found = entryAddress(join(base, String(address)));
  if (!found) return expect.fail(`${String(address)} is no address in a file`);
  return new TextDecoder().decode(await readEntry(await disk.open(found.container), found.entry));
}

const cells = async (path: string, columns?: readonly string[]) =>
  (await findTable(path, disk, columns ? { columns } : {})).table.rows.map(({ values }) => values);

/** Bytes that compress badly, of a size. */
function noise(size: number, seed: number): Uint8Array {
  let state = seed + 1;
  return Uint8Array.from({ length: size }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  });
}

/** 400 rows in groups of 100: a number, a name, and 1,000 bytes. */
const shard = parquetBytes({
  columnData: [
    { name: 'id', data: Array.from({ length: 400 }, (_, row) => row), type: 'INT32' },
    { name: 'name', data: Array.from({ length: 400 }, (_, row) => `name ${row}`), type: 'STRING' },
    { name: 'image', data: Array.from({ length: 400 }, (_, row) => noise(1000, row)), type: 'BYTE_ARRAY' },
  ],
  rowGroupSize: 100,
});

describe('the cells of a Parquet file', () => {
  it('are numbers, texts, true and false, times and lists; null where nothing is', async () => {
    const path = await write(
      'types.parquet',
      parquetBytes({
        columnData: [
          { name: 'small', data: [7, null], type: 'INT32' },
          { name: 'large', data: [2n ** 53n - 1n, -3n], type: 'INT64' },
          { name: 'real', data: [0.1, NaN], type: 'DOUBLE' },
          { name: 'text', data: ['ü', ''], type: 'STRING' },
          { name: 'flag', data: [true, false], type: 'BOOLEAN' },
          { name: 'json', data: [{ a: [1] }, null], type: 'JSON' },
          { name: 'time', data: [new Date(Date.UTC(2024, 1, 29, 12, 0, 0, 250)), null], type: 'TIMESTAMP' },
        ],
      }),
    );
    expect(await cells(path)).toEqual([
      {
        small: 7,
        large: 2 ** 53 - 1,
        real: 0.1,
        text: 'ü',
        flag: true,
        json: { a: [1] },
        time: '2024-02-29T12:00:00.25Z',
      },
      { small: null, large: -3, real: null, text: null, flag: false, json: null, time: null },
    ]);
  });

  it('keep every digit of a time, before 1970, too, and a day without one', async () => {
    const logical = (unit: 'MICROS' | 'NANOS') => ({ type: 'TIMESTAMP', isAdjustedToUTC: true, unit }) as const;
    const path = await write(
      'times.parquet',
      parquetBytes({
        schema: [
          { name: 'root', num_children: 3 },
          { name: 'micros', type: 'INT64', repetition_type: 'REQUIRED', logical_type: logical('MICROS') },
          { name: 'nanos', type: 'INT64', repetition_type: 'REQUIRED', logical_type: logical('NANOS') },
          { name: 'day', type: 'INT32', repetition_type: 'REQUIRED', converted_type: 'DATE' },
        ],
        columnData: [
          { name: 'micros', data: [1_000_001n, -1n] },
          { name: 'nanos', data: [1_500_000_000n, -1n] },
          { name: 'day', data: [new Date(0), new Date(-86_400_000)] },
        ],
      }),
    );
    expect(await cells(path)).toEqual([
      { micros: '1970-01-01T00:00:01.000001Z', nanos: '1970-01-01T00:00:01.5Z', day: '1970-01-01' },
      { micros: '1969-12-31T23:59:59.999999Z', nanos: '1969-12-31T23:59:59.999999999Z', day: '1969-12-31' },
    ]);
  });

  it.each([
    ['an infinite number', { name: 'x', data: [1, Infinity], type: 'DOUBLE' }],
    ['an integer that no number has', { name: 'x', data: [1n, 2n ** 60n + 1n], type: 'INT64' }],
  ] as const)('refuse %s, with file and row', async (name, { data, ...column }) => {
    const path = await write(`${name}.parquet`, parquetBytes({ columnData: [{ ...column, data: [...data] }] }));
    const error = await failure(findTable(path, disk));
    expect(error).toMatchObject({ code: 'SENSORIUM_BAD_TABLE', location: { file: path, row: 2, key: 'x' } });
  });

  it('name bytes by where they stand, those of Hugging Face as well, and in lists', async () => {
    const path = await write(
      'faces & names.parquet',
      parquetBytes({
        schema: [
          { name: 'root', num_children: 4 },
          { name: 'raw', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
          ...fileStruct('a/b'),
          ...listOf('views', { name: 'element', type: 'BYTE_ARRAY', repetition_type: 'REQUIRED' }),
          ...listOf('sizes', { name: 'element', type: 'INT32', repetition_type: 'REQUIRED' }),
        ],
        columnData: [
          { name: 'raw', data: [encode('one'), null, encode('three')] },
          { name: 'a/b', data: [{ bytes: encode('uno'), path: 'uno.png' }, { bytes: null, path: 'due.png' }, null] },
          { name: 'views', data: [[encode('left'), encode('right')], [], [encode('single')]] },
          { name: 'sizes', data: [[1, 2], [], null] },
        ],
      }),
    );
    const { table, base } = await findTable(path, disk);
    const [first, second, third] = table.rows.map(({ values }) => values);
    expect(base).toBe(folder);
    expect(table.bytes).toEqual(['raw', 'a/b', 'views']);
    expect([second?.['raw'], second?.['a/b'], third?.['a/b'], second?.['views']]).toEqual([null, 'due.png', null, []]);
    expect([first?.['sizes'], third?.['sizes']]).toEqual([[1, 2], null]);
    expect(await bytesAt(base, first?.['raw'])).toBe('one');
    expect(await bytesAt(base, third?.['raw'])).toBe('three');
    expect(await bytesAt(base, first?.['a/b'])).toBe('uno');
    expect(await bytesAt(base, (first?.['views'] as string[])[1])).toBe('right');
  });

  it.each(['UNCOMPRESSED', 'SNAPPY', 'GZIP'] as const)(
    'are read from a file that is compressed by %s',
    async (codec) => {
      const bytes = parquetBytes({
        columnData: [{ name: 'text', data: Array.from({ length: 50 }, () => 'again and again'), type: 'STRING' }],
        codec,
        compressors: { GZIP: (data: Uint8Array) => gzipSync(data) },
      });
      const found = await cells(await write(`${codec}.parquet`, bytes));
      expect(found.map(({ text }) => text)).toEqual(Array(50).fill('again and again'));
    },
  );

  it('come row by row, with the row as it is counted from 1', async () => {
    const path = await write('shard.parquet', shard);
    const { columns, count, rows, base } = await streamTable(path);
    expect([columns, count, base]).toEqual([['id', 'name', 'image'], 400, folder]);
    const seen = [];
    for await (const row of rows()) seen.push(row);
    expect(seen).toHaveLength(400);
    expect(seen[250]).toEqual({
      number: 251,
      values: { id: 250, name: 'name 250', image: 'shard.parquet!image/251' },
    });
    const found = await readEntry(await disk.open(path), 'image/251');
    expect(found).toEqual(noise(1000, 250));
  });
});

describe('a Parquet file on a server', () => {
  it('is read by ranges: of two small columns, none of the bytes of the third', async () => {
    await using server = await fileServer({ 'data/shard.parquet': shard });
    const url = `${server.url}data/shard.parquet`;
    const { table } = await findTable(url, disk, { columns: ['id', 'image'] });
    expect(table.rows).toHaveLength(400);
    expect(table.rows[399]?.values).toEqual({ id: 399, name: null, image: `${url}!image/400` });
    // Its end, and the chunks of one column: hardly more than the numbers in them.
    const columnBytes = 4 * 400;
    const [probe, end, ...chunks] = server.ranges.map((range) => range.split('-').map(Number));
    expect(probe).toEqual([0, 1]);
    expect(end?.[1]).toBe(shard.length);
    const ofChunks = chunks.reduce((sum, [start = 0, stop = 0]) => sum + stop - start, 0);
    expect(ofChunks).toBeLessThan(3 * columnBytes);
  });

  it('gives the bytes of a cell for those of its row group', async () => {
    const wide = parquetBytes({
      columnData: [
        {
          name: 'image',
          data: Array.from({ length: 400 }, (_, row) => noise(8000, row)),
          type: 'BYTE_ARRAY',
          offsetIndex: false,
        },
      ],
      rowGroupSize: 40,
    });
    await using server = await fileServer({ 'wide.parquet': wide });
    const access = await disk.open(`${server.url}wide.parquet`);
    await readEntry(access, 'image/1');
    const before = server.sent();
    expect(await readEntry(access, 'image/130')).toEqual(noise(8000, 129));
    expect(await readEntry(access, 'image/131')).toEqual(noise(8000, 130));
    expect(server.sent() - before).toBeLessThan(1.1 * 40 * 8000);
  });

  it('is read whole where the server gives no ranges', async () => {
    await using server = await fileServer({ 'shard.parquet': shard }, { ranges: false });
    const { table } = await findTable(`${server.url}shard.parquet`, disk, { columns: ['id'] });
    expect([table.rows.length, server.sent()]).toEqual([400, shard.length]);
  });

  it('is not there', async () => {
    await using server = await fileServer({});
    const error = await failure(findTable(`${server.url}none.parquet?token=secret`, disk));
    expect(error.code).toBe('SENSORIUM_NOT_FOUND');
    expect(error.message).not.toContain('secret');
  });
});

describe('a Parquet file that is damaged', () => {
  it.each([
    ['empty', new Uint8Array()],
    ['text', encode('id,name\n1,a\n')],
    ['cut', shard.subarray(0, shard.length - 100)],
    ['its beginning alone', shard.subarray(0, 5000)],
  ])('says so: %s', async (name, bytes) => {
    const path = await write(`${name}.parquet`, bytes);
    const error = await failure(findTable(path, disk));
    expect(error).toMatchObject({ code: 'SENSORIUM_BAD_TABLE', location: { file: path } });
    expect(error.hint).toContain('PAR1');
  });

  it('names the row group and its rows', async () => {
    const names = Array.from({ length: 400 }, (_, row) => `name ${row}`);
    const columnData = [{ name: 'name', data: names, type: 'STRING' as const }];
    const bytes = parquetBytes({ columnData, rowGroupSize: 100, codec: 'UNCOMPRESSED' });
    const at = Buffer.from(bytes).indexOf('name 250');
    bytes.fill(0xff, at - 40, at);
    const path = await write('damaged.parquet', bytes);
    const error = await failure(findTable(path, disk, { columns: ['name'] }));
    expect(error.code).toBe('SENSORIUM_BAD_TABLE');
    expect(error.message).toContain('row group 3 of 4 (rows 201 to 300)');
  });

  it('has no rows', async () => {
    const path = await write('none.parquet', parquetBytes({ columnData: [{ name: 'x', data: [], type: 'INT32' }] }));
    expect((await failure(findTable(path, disk))).code).toBe('SENSORIUM_EMPTY_TABLE');
  });

  it.each(['image/0', 'image/401', 'image/x', 'photo/1', 'image', 'id/1', 'image/1/0'])(
    'has nothing at an address that is none: %s',
    async (entry) => {
      const access = await disk.open(await write('addresses.parquet', shard));
      expect((await failure(readEntry(access, entry))).code).toBe('SENSORIUM_NOT_FOUND');
    },
  );

  it('gives no more bytes than are allowed', async () => {
    const access = await disk.open(await write('limits.parquet', shard));
    const error = await failure(readEntry(access, 'image/1', { maxBytes: 999 }));
    expect(error.code).toBe('SENSORIUM_MEDIA_TOO_LARGE');
  });
});
