import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SensoriumError } from '@sensorium/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTable, streamTable, type Row, writeRow } from '../index.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'sensorium-stream-'))));
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function all(rows: AsyncIterable<Row>): Promise<Row[]> {
  const found: Row[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

async function failure(work: Promise<unknown>): Promise<SensoriumError> {
  return work.then(
    () => expect.fail('should have failed'),
    (error: unknown) => error as SensoriumError,
  );
}

describe('a table that is read row by row', () => {
  it.each([
    ['a.csv', 'image,question\r\na.png,"what, then?"\r\n\r\nb.png,"two\nlines of ""text"""\r\nc.png,\r\n'],
    ['semicolons.csv', '\ufeffimage;size\na.png;3,5\n"b;c.png";"1"'],
    ['years.csv', 'label,2020,2019\na,1,2\n'],
    ['bars.csv', 'text|label\na, b|c\n'],
    ['a.tsv', '__proto__\tconstructor\n1,2\t3\n'],
    ['a.jsonl', '{"a":"x","b":1.5}\n\n{"b":null,"c":true}\r\n{"a":"","views":["a.png"]}\n'],
    ['mark.jsonl', '\ufeff{"a":"\ufeffx"}\n{"a":"\ufeffy"}'],
  ])('has what the whole table has: %s', async (name, text) => {
    const path = await write(name, text);
    const [whole, stream] = [await openTable(path), await streamTable(path)];
    expect(stream).toMatchObject({ columns: whole.columns, count: whole.rows.length });
    expect(await all(stream.rows())).toEqual(whole.rows);
    expect(await all(stream.rows())).toEqual(whole.rows);
  });

  it('keeps its pieces together, wherever the file is cut', async () => {
    const cells = Array.from({ length: 1500 }, (_, row) => `${row}: ${'äöü€😀, "quoted"\n'.repeat(row % 50)}`);
    const path = await write('long.csv', ['text\n', ...cells.map((cell) => writeRow([cell], ','))].join(''));
    const rows = await all((await streamTable(path)).rows());
    expect(rows.map(({ values }) => values['text'])).toEqual(cells);
    expect(rows).toEqual((await openTable(path)).rows);
  });

  it.each([
    ['a row too short', 'short.csv', 'a,b\n1,2\n\n3\n'],
    ['a quote that never ends', 'open.csv', 'a,b\n"1\n1",2\n"3,4\n5,6\n'],
    ['a quote that never ends in the header', 'header.csv', 'a,"b\n1,2\n'],
    ['text after a quote', 'after.csv', 'a,b\n1,2\n1,"x"y\n'],
    ['two columns of one name', 'twice.csv', 'a,b,a\n1,2,3\n'],
    ['bytes that are not UTF-8', 'latin1.csv', Buffer.from('label\ncat\ncaf\xe9\n', 'latin1')],
    ['invalid JSON', 'bad.jsonl', '{"a":1}\n\n{"a":\n'],
    ['an integer that loses digits', 'digits.jsonl', '{"id":12345678901234567890}\n'],
    ['two columns without a name', 'nameless.csv', 'a,,\n1,2,3\n'],
    ['as many columns as no table has', 'wide.csv', `${'c,'.repeat(16_384)}c\n`],
    ['another key in each row', 'keys.jsonl', Array.from({ length: 17_000 }, (_, row) => `{"k${row}":1}\n`).join('')],
    [
      'other keys in every few rows',
      'few.jsonl',
      Array.from({ length: 2_300 }, (_, row) => `{"k${row % 1700}":1}\n`).join(''),
    ],
    ['no rows', 'none.csv', 'a,b\n'],
    ['nothing', 'nothing.csv', ''],
    ['another kind', 'a.xlsx', 'x'],
  ])('refuses %s as the whole table is refused', async (_, name, text) => {
    const path = await write(name, text);
    const [whole, stream] = [await failure(openTable(path)), await failure(streamTable(path))];
    const { code, message, location } = whole;
    expect(stream).toMatchObject({ code, message, location });
  });

  it('names the line of bytes that are not UTF-8 far inside', async () => {
    const lines = 80_000;
    const path = await write('far.csv', Buffer.from(`label\n${'cat\n'.repeat(lines)}caf\xe9\n`, 'latin1'));
    expect(await failure(streamTable(path))).toMatchObject({ location: { line: lines + 2 } });
  });

  it('says what a file that is not there is', async () => {
    expect(await failure(streamTable(join(folder, 'absent.csv')))).toMatchObject({ code: 'SENSORIUM_NOT_FOUND' });
  });

  it('can be aborted', async () => {
    const path = await write('abort.csv', 'a\n1\n');
    const error = await failure(streamTable(path, { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ name: 'AbortError' });
  });
});

describe('a row that is written', () => {
  const cells = [
    'plain',
    'a,b',
    'a;b',
    'say "so"',
    'two\nlines',
    'a\r',
    ' spaces ',
    '\ufeffmark',
    '1.5',
    '',
    null,
    '=1+1',
  ];

  it.each([',', ';', '\t'])('is read as it was, with the delimiter %j', async (delimiter) => {
    const header = cells.map((_, index) => `c${index}`);
    const name = delimiter === '\t' ? 'written.tsv' : 'written.csv';
    const path = await write(name, writeRow(header, delimiter) + writeRow(cells, delimiter));
    const [row] = await all((await streamTable(path)).rows());
    expect(Object.values(row!.values)).toEqual(cells.map((cell) => cell || null));
  });

  it('quotes what needs it, and nothing else', () => {
    expect(writeRow(['plain', 'a,b', 'say "so"', '', null], ',')).toBe('plain,"a,b","say ""so""",,\n');
  });
});
