import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SensoriumError } from '@sensorium/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTable, requireColumns, streamTable, type Table, tableFromRecords } from '../index.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'sensorium-table-'))));
afterAll(() => rm(folder, { recursive: true }));

async function read(name: string, content: string | Uint8Array): Promise<Table> {
  const path = join(folder, name);
  await writeFile(path, content);
  return openTable(path);
}

async function failure(reading: Promise<unknown>): Promise<SensoriumError> {
  try {
    await reading;
  } catch (error) {
    return error as SensoriumError;
  }
  return expect.fail('should have failed');
}

const manyNames = (count: number): string[] => Array.from({ length: count }, (_, index) => `c${index}`);

/** Rows of one key each, of so many different ones. */
const objects = (rows: number, keys: number): string =>
  Array.from({ length: rows }, (_, row) => `{"k${row % keys}":${row}}\n`).join('');

describe('CSV', () => {
  it('reads quotes, line breaks in cells, empty cells, blank lines and CRLF', async () => {
    const text = 'image,question\r\na.png,"what, then?"\r\n\r\nb.png,"two\nlines of ""text"""\r\nc.png,\r\n,x\r\n';
    const table = await read('a.csv', text);
    expect(table.columns).toEqual(['image', 'question']);
    expect(table.rows).toEqual([
      { number: 1, line: 2, values: { image: 'a.png', question: 'what, then?' } },
      { number: 2, line: 4, values: { image: 'b.png', question: 'two\nlines of "text"' } },
      { number: 3, line: 6, values: { image: 'c.png', question: null } },
      { number: 4, line: 7, values: { image: null, question: 'x' } },
    ]);
  });

  it('takes a byte order mark for no part of the first column, and needs no newline at the end', async () => {
    const table = await read('bom.csv', '\ufefflabel\ncat');
    expect(table.columns).toEqual(['label']);
    expect(table.rows[0]?.values).toEqual({ label: 'cat' });
  });

  it('reads tabs, and names of columns that objects have by nature', async () => {
    const table = await read('a.tsv', '__proto__\tconstructor\n1,2\t3\n');
    expect(Object.entries(table.rows[0]?.values ?? {})).toEqual([
      ['__proto__', '1,2'],
      ['constructor', '3'],
    ]);
  });

  it.each([
    ['a row too short', 'a,b\n1,2\n\n3\n', { line: 4, row: 2 }, /the row has 1 cells/],
    ['a row too long', 'a,b\n1,2,3\n', { line: 2, row: 1 }, /the row has 3 cells/],
    [
      'a quote that never ends',
      'a,b\n"1\n1",2\n"3,4\n5,6\n',
      { line: 4, row: 2 },
      /^a quote that opens in row 2 is never closed$/,
    ],
    ['a quote that never ends in the header', 'a,"b\n1,2\n', { line: 1 }, /^a quote that opens in the header is never/],
    [
      'a quote inside a cell',
      'a,b\n1,5" screen\n',
      { line: 2, row: 1 },
      /^row 1 has a quote in a cell that does not begin/,
    ],
    [
      'text after a quote',
      'a,b\n1,2\n1,"x"y\n',
      { line: 3, row: 2 },
      /^row 2 has text behind the quote that ends a cell$/,
    ],
    [
      'two columns of one name',
      'a,b,a\n1,2,3\n',
      { line: 1, key: 'a' },
      /^two columns are named "a": the 1st and the 3rd$/,
    ],
    ['two columns without a name', 'a,,b,\n1,2,3,4\n', { line: 1 }, /^the 2nd and the 4th column have no name$/],
    [
      'as many columns as no table has',
      `${manyNames(16_385).join()}\n1\n`,
      { line: 1 },
      /^there are 16,385 columns; a/,
    ],
    [
      'one row that is no row',
      `a,b\n${'x'.repeat(2 ** 24 + 100)}\n`,
      { line: 2, row: 1 },
      /^row 1 is too long for one row/,
    ],
  ])('refuses %s', async (_, text, location, message) => {
    const error = await failure(read('bad.csv', text));
    expect(error.code).toBe('SENSORIUM_BAD_TABLE');
    expect(error.location).toEqual({ file: join(folder, 'bad.csv'), ...location });
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(/\S/);
  });

  it.each([
    ['semicolons.csv', 'text;label\n"a; b";3,5\n', ['text', 'label'], ['a; b', '3,5']],
    ['tabs.csv', 'text\tlabel\na, b\tc\n', ['text', 'label'], ['a, b', 'c']],
    ['bars.csv', 'text|label|weight\na, b|c;d|1\n', ['text', 'label', 'weight'], ['a, b', 'c;d', '1']],
    ['quotes.csv', '"price, EUR";label\n1,5;x\n', ['price, EUR', 'label'], ['1,5', 'x']],
    ['name.csv', '"a;b"\nx\n', ['a;b'], ['x']],
    ['commas.tsv', 'text,label\na,b\n', ['text', 'label'], ['a', 'b']],
    ['usual.tsv', 'a;b\tc\n1\t2\n', ['a;b', 'c'], ['1', '2']],
  ])('recognises what stands between the cells of %s', async (name, text, columns, cells) => {
    const table = await read(name, text);
    expect(table.columns).toEqual(columns);
    expect(Object.values(table.rows[0]!.values)).toEqual(cells);
  });

  it('names what may stand between the cells where that is not clear', async () => {
    const table = await read('both.csv', 'price, net;label\n1,5;x\n');
    expect(() => requireColumns(table, ['label'])).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_MISSING_COLUMN',
        hint: expect.stringContaining(
          'There are semicolons in them: is it these that stand between the cells?',
        ) as string,
      }),
    );
    const error = await failure(read('both.csv', 'price, net;label\n1;x\n'));
    expect(error.hint).toContain('The names of the columns have semicolons in them');
  });

  it('refuses bytes that are not UTF-8 and names the line', async () => {
    const error = await failure(read('latin1.csv', Buffer.from('label\ncat\ncaf\xe9\n', 'latin1')));
    expect(error).toMatchObject({ code: 'SENSORIUM_BAD_TABLE', location: { line: 3 } });
  });

  it('reads many rows in time that grows with their number alone', async () => {
    /** Of the processor, which others do not lengthen, and of the faster of two. */
    const secondsFor = async (rows: number): Promise<number> => {
      const path = join(folder, 'large.csv');
      await writeFile(path, 'image,question,answer\n' + 'images/0001.png,what colour is the ball?,red\n'.repeat(rows));
      const times = [];
      for (let time = 0; time < 2; time++) {
        const start = process.cpuUsage();
        expect((await openTable(path)).rows).toHaveLength(rows);
        times.push(process.cpuUsage(start).user / 1e6);
      }
      return Math.min(...times);
    };
    await secondsFor(5_000);
    const [some, many] = [await secondsFor(10_000), await secondsFor(80_000)];
    expect(many).toBeLessThan(3 * 8 * some);
  });
});

describe('JSON Lines', () => {
  it('unites the keys of all objects; null, a missing key and an empty text are null', async () => {
    const table = await read('a.jsonl', '{"a":"x","b":1.5}\n\n{"b":null,"c":true}\r\n{"a":""}\n');
    expect(table.columns).toEqual(['a', 'b', 'c']);
    expect(table.rows).toEqual([
      { number: 1, line: 1, values: { a: 'x', b: 1.5, c: null } },
      { number: 2, line: 3, values: { a: null, b: null, c: true } },
      { number: 3, line: 4, values: { a: null, b: null, c: null } },
    ]);
  });

  it('keeps lists and objects as they are', async () => {
    const table = await read('a.jsonl', '{"views":["a.png","b.png"],"motion":{"x":[1,2]}}\n');
    expect(table.rows[0]?.values).toEqual({ views: ['a.png', 'b.png'], motion: { x: [1, 2] } });
  });

  it.each([
    ['invalid JSON', '{"a":1}\n\n{"a":\n', { line: 3, row: 2 }],
    ['a line that is no object', '{"a":1}\n[1]\n', { line: 2, row: 2 }],
    ['an integer that loses digits', '{"id":12345678901234567890}\n', { line: 1, row: 1, key: 'id' }],
    [
      'a cell of half a million lists',
      `{"a":1,"b":${'['.repeat(500_000)}${']'.repeat(500_000)}}\n`,
      { row: 1, key: 'b' },
    ],
    ['another key in each row', objects(70_000, 70_000), { line: 16_385, row: 16_385 }],
    ['other keys in every few rows', objects(2_300, 1_700), {}],
  ])('refuses %s', async (_, text, location) => {
    const error = await failure(read('bad.ndjson', text));
    expect(error).toMatchObject({ code: 'SENSORIUM_BAD_TABLE', location });
  });

  it('may leave out most of many keys', async () => {
    const rows = Array.from({ length: 5_000 }, (_, row) => `{"id":${row},"a":1,"b":2,"k${row % 90}":3}\n`);
    const table = await read('sparse.jsonl', rows.join(''));
    expect(table.columns).toHaveLength(93);
    expect(table.rows[4_999]?.values).toMatchObject({ id: 4_999, k49: 3, k50: null });
  });
});

describe('openTable', () => {
  it('shows of a path that can be none as much as helps', async () => {
    const error: unknown = await openTable(`${'a'.repeat(100_000)}.xyz`).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'SENSORIUM_BAD_TABLE' });
    expect((error as Error).message.length).toBeLessThan(3000);
  });

  it('tells a table that is not there, one of another kind and an empty one apart', async () => {
    const missing = await failure(openTable(join(folder, 'nothing.csv')));
    expect(missing).toMatchObject({ code: 'SENSORIUM_NOT_FOUND', location: { file: join(folder, 'nothing.csv') } });
    expect(await failure(read('a.xlsx', 'x'))).toMatchObject({
      code: 'SENSORIUM_BAD_TABLE',
      hint: expect.stringContaining('.csv, .tsv, .jsonl'),
    });
    for (const [name, text] of [
      ['none.csv', ''],
      ['header.csv', 'a,b\n'],
      ['none.jsonl', '\n'],
    ] as const) {
      expect(await failure(read(name, text))).toMatchObject({ code: 'SENSORIUM_EMPTY_TABLE' });
    }
  });

  it('reads files alone: no pipe waits, no device goes on for ever, and nothing beyond 2 GiB is begun', async () => {
    const [pipe, device, large] = ['pipe.csv', 'device.csv', 'large.csv'].map((name) => join(folder, name));
    execFileSync('mkfifo', [pipe!]);
    await symlink('/dev/zero', device!);
    await writeFile(large!, '');
    await truncate(large!, 3 * 2 ** 30);
    for (const path of [pipe!, device!]) {
      for (const open of [openTable, streamTable]) {
        expect(await failure(open(path) as Promise<unknown>)).toMatchObject({
          code: 'SENSORIUM_IO',
          message: `"${path}" is a pipe or a device, and a file is needed`,
        });
      }
    }
    expect(await failure(openTable(large!))).toMatchObject({
      code: 'SENSORIUM_MEDIA_TOO_LARGE',
      message: `"${large}" has 3.22 GB; at most 2.15 GB are read at once`,
    });
  });

  it('can be aborted', async () => {
    await read('abort.csv', 'a\n1\n');
    const error = await failure(openTable(join(folder, 'abort.csv'), { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ name: 'AbortError' });
  });
});

describe('tableFromRecords', () => {
  it('makes a table of objects', () => {
    const table = tableFromRecords([{ label: 'cat', size: 3 }, { label: undefined }], 'memory');
    expect(table).toMatchObject({ path: 'memory', columns: ['label', 'size'] });
    expect(table.rows.map((row) => row.values)).toEqual([
      { label: 'cat', size: 3 },
      { label: null, size: null },
    ]);
  });

  it('keeps bytes, Blobs and decoded values as they are', () => {
    const [bytes, decoded] = [Uint8Array.of(1), { width: 1, height: 1 }];
    const table = tableFromRecords([{ bytes, decoded }], 'memory');
    expect(table.rows[0]?.values['bytes']).toBe(bytes);
    expect(table.rows[0]?.values['decoded']).toBe(decoded);
    expect(table.rows[0]?.line).toBeUndefined();
  });

  it('refuses no records, and values that are none', () => {
    expect(() => tableFromRecords([], 'memory')).toThrow(expect.objectContaining({ code: 'SENSORIUM_EMPTY_TABLE' }));
    const itself: unknown[] = [];
    itself.push([itself]);
    for (const value of [NaN, 2 ** 60, () => 1, 1n, itself]) {
      expect(() => tableFromRecords([{ value: 1 }, { value }], 'memory')).toThrow(
        expect.objectContaining({
          code: 'SENSORIUM_BAD_TABLE',
          location: expect.objectContaining({ row: 2, key: 'value' }),
        }),
      );
    }
  });
});

describe('requireColumns', () => {
  const table = tableFromRecords([{ image: 'a', question: 'b', answer: 'c' }], 'train.csv');

  it('accepts columns that are there', () => {
    expect(() => requireColumns(table, ['answer', 'image'])).not.toThrow();
  });

  it('names what is missing and what is near', () => {
    expect(() => requireColumns(table, ['image', 'anwser', 'price'])).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_MISSING_COLUMN',
        message: '"train.csv" has no column "anwser", "price"',
        hint: 'Did you mean "answer"? Its columns: image, question, answer.',
        location: { file: 'train.csv', key: 'anwser' },
      }),
    );
  });
});
