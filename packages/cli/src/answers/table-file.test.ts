import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTable, streamTable, type Row } from '@sensorium/data';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Line } from './line.js';
import { tableFile } from './table-file.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'sensorium-answers-test-'))));
afterAll(() => rm(folder, { recursive: true }));

interface Given {
  readonly table?: string;
  readonly out?: string;
  readonly heads: readonly string[];
  readonly full?: boolean;
  readonly lines: readonly Omit<Line, 'row'>[];
}

/** The text of the file that answers to a table make. */
async function written({
  table: name = 'in.csv',
  out = 'out.csv',
  heads,
  full = false,
  lines,
}: Given): Promise<string> {
  const table = await streamTable(join(folder, name));
  const path = join(folder, out);
  const file = await tableFile(path, { table, heads, full });
  const rows: Row[] = [];
  for await (const row of table.rows()) rows.push(row);
  for (const [index, line] of lines.entries()) await file.add({ row: index + 1, ...line }, rows[index]!);
  await file.commit();
  await file.dispose();
  return readFile(path, 'utf8');
}

const sure = { text: 'red, or so', confidence: 0.5, label: 'red', shares: { red: 0.5, 'dark blue': 0.25 } };

it('puts the text and the confidence of each head beside the cells, which stay as they are', async () => {
  await writeFile(join(folder, 'in.csv'), 'id,note\n007,"a ""b"",\nc"\n1.50,\n');
  const lines = [{ predictions: { colour: sure } }, { predictions: { colour: { ...sure, confidence: 1 } } }];
  expect(await written({ heads: ['colour'], lines })).toBe(
    'id,note,colour,colour.confidence\n007,"a ""b"",\nc","red, or so",0.5\n1.50,,"red, or so",1\n',
  );
});

it('gives the numbers of a head that cannot say how sure it is, in the order of the heads', async () => {
  await writeFile(join(folder, 'in.csv'), 'id\n1\n');
  const price = { text: '3.5 kg', value: 3.47, unit: 'kg', list: [1] };
  const lines = [{ predictions: { price, colour: sure } }];
  expect(await written({ heads: ['colour', 'price'], lines })).toBe(
    'id,colour,colour.confidence,price,price.value\n1,"red, or so",0.5,3.5 kg,3.47\n',
  );
});

it('gives every field where all is asked for: objects by their names, lists as JSON', async () => {
  await writeFile(join(folder, 'in.csv'), 'id\n1\n');
  const lines = [{ predictions: { colour: { ...sure, list: [{ a: 'x' }], none: null } } }];
  expect(await written({ heads: ['colour'], full: true, lines })).toBe(
    'id,colour,colour.confidence,colour.label,colour.shares.red,colour.shares.dark blue,colour.list,colour.none\n' +
      '1,"red, or so",0.5,red,0.5,0.25,"[{""a"":""x""}]",\n',
  );
});

it('keeps the place of rows that failed, and knows the columns of all rows', async () => {
  await writeFile(join(folder, 'in.csv'), 'id\n1\n2\n3\n');
  const lines = [
    { error: { code: 'SENSORIUM_NOT_FOUND', message: 'no "file", there' } },
    { predictions: { colour: { text: 'red' } }, notes: [{ input: 'a', note: 'cut' }] },
    { predictions: { colour: { text: 'blue', confidence: 0.5 } } },
  ];
  expect(await written({ heads: ['colour'], lines })).toBe(
    'id,colour,colour.confidence,notes,error\n1,,,,"SENSORIUM_NOT_FOUND: no ""file"", there"\n2,red,,a: cut,\n3,blue,0.5,,\n',
  );
});

it('never takes a name of the table, also that of an earlier answer', async () => {
  await writeFile(join(folder, 'in.csv'), 'colour,predicted.colour.confidence,error\nred,1,x\n');
  const lines = [{ predictions: { colour: sure, error: { text: 'e' } }, error: { code: 'C', message: 'm' } }];
  const text = await written({ heads: ['colour', 'error'], lines });
  expect(text.split('\n')[0]).toBe(
    'colour,predicted.colour.confidence,error,predicted.predicted.colour,predicted.predicted.colour.confidence,' +
      'predicted.error,predicted.predicted.error',
  );
});

it.each([
  [
    'semicolons and the mark of a spreadsheet',
    'in.csv',
    '\ufeffa;b\n1,5;x\n',
    'out.csv',
    '\ufeffa;b;colour\n"1,5";x;r;g\n',
  ],
  ['tabs, by the ending', 'in.csv', 'a,b\n"1,5",x\n', 'out.tsv', 'a\tb\tcolour\n"1,5"\tx\t"r;g"\n'],
  ['commas for a table with tabs', 'in.tsv', 'a\tb\n1,5\tx\n', 'out.csv', 'a,b,colour\n"1,5",x,"r;g"\n'],
  [
    'JSON Lines as cells',
    'in.jsonl',
    '{"a":1.5,"b":["x"]}\n{"c":true}\n',
    'out.csv',
    'a,b,c,colour\n1.5,"[""x""]",,"r;g"\n,,true,"r;g"\n',
  ],
])('writes %s', async (_, table, content, out, expected) => {
  await writeFile(join(folder, table), content);
  const line = { predictions: { colour: { text: 'r;g' } } };
  const text = await written({
    table,
    out,
    heads: ['colour'],
    lines: [line, line].slice(0, table === 'in.jsonl' ? 2 : 1),
  });
  expect(text).toBe(expected.replace(/;r;g\n$/, ';"r;g"\n'));
  expect((await openTable(join(folder, out))).rows[0]?.values['colour']).toBe('r;g');
});
