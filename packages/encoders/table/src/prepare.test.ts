import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Cell, Row } from '@sensorium/modality-table';
import { describe, expect, it } from 'vitest';
import { table } from './index.js';

type Options = Parameters<typeof table.create>[0];

const cells = [
  { name: 'age', kind: 'number', edges: [0, 50, 100] },
  { name: 'joined', kind: 'date', edges: [0, 20_000] },
  { name: 'member', kind: 'boolean' },
  { name: 'city', kind: 'category', categories: ['Rome', 'Oslo'] },
  { name: 'title', kind: 'text' },
] as const;
const options: Options = table.options.parse({ cells, pieces: 12 });
const encoder = table.create(options, new Map());
const empty: Row = { age: null, joined: null, member: null, city: null, title: null };
const prepared = (row: Row) =>
  Object.fromEntries(Object.entries(encoder.prepare(row)).map(([name, { data }]) => [name, Array.from(data, Number)]));
const fed = (column: string, cell: Cell) => prepared({ ...empty, [column]: cell });

describe('a cell', () => {
  it.each<[Cell, number]>([
    ['1 234.5', 1234.5],
    [-3, -3],
    ['0', 0],
  ])('%j is a number', (cell, value) => {
    expect(fed('age', cell)).toMatchObject({ numbers: [Math.fround(value), 0], filled: [1, 0] });
  });

  it.each<[string, string]>([
    ['1970-01-02', '1970-01-02T00:00:00Z'],
    ['2024/02/29', '2024-02-29T00:00:00Z'],
    ['9.2.2024', '2024-02-09T00:00:00Z'],
    ['2024-02-29 12:30', '2024-02-29T12:30:00Z'],
    ['2024-02-29T23:59:59.5-05:30', '2024-03-01T05:29:59.5Z'],
    ['2024-02-29T01:00+02', '2024-02-28T23:00:00Z'],
    ['0099-03-01', '0099-03-01T00:00:00Z'],
  ])('%s is the day of %s', (cell, same) => {
    const day = Date.parse(same) / 86_400_000;
    const { numbers, filled, cycles } = fed('joined', cell);
    expect(numbers).toEqual([0, Math.fround(day)]);
    expect(filled).toEqual([0, 1]);
    const expected = [365.2425, 7, 1].flatMap((period) => {
      const angle = (2 * Math.PI * day) / period;
      return [Math.sin(angle), Math.cos(angle)];
    });
    for (const [index, value] of expected.entries()) expect(cycles![index]).toBeCloseTo(value, 5);
  });

  it.each<[Cell, string, number]>([
    [true, 'member', 3],
    ['No', 'member', 2],
    [null, 'member', 0],
    ['Rome', 'city', 2],
    [' Oslo', 'city', 3],
    ['Lima', 'city', 1],
    [null, 'city', 0],
  ])('%j of %s has the index %i', (cell, column, index) => {
    const { categories } = fed(column, cell);
    expect(categories![column === 'member' ? 0 : 1]).toBe(index);
  });

  it('of text has a hash for each word and each of its parts', () => {
    const { pieces } = fed('title', 'A café');
    expect(pieces!.filter((hash) => hash > 0)).toHaveLength(6);
    expect(
      fed('title', 'CAFE\u0301, a.')
        .pieces!.filter((hash) => hash > 0)
        .sort(),
    ).toEqual(pieces!.filter((hash) => hash > 0).sort());
    expect(fed('title', null).pieces).toEqual(new Array(12).fill(0));
    expect(fed('title', 'x '.repeat(40)).pieces!.every((hash) => hash > 0)).toBe(true);
  });

  it.each<[string, Cell, string]>([
    ['age', 'abc', 'a number'],
    ['age', true, 'a number'],
    ['age', 1e39, 'a number'],
    ['joined', '2024-02-30', 'a date, such as 2024-02-29 or 2024-02-29T12:00Z'],
    ['joined', '2024-02-29T25:00Z', 'a date, such as 2024-02-29 or 2024-02-29T12:00Z'],
    ['joined', 7, 'a date, such as 2024-02-29 or 2024-02-29T12:00Z'],
    ['member', 'maybe', 'true or false'],
  ])('of %s that is %j is refused', (column, cell, expected) => {
    expect(() => fed(column, cell)).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_BAD_MEDIA',
        message: `the column "${column}" is ${JSON.stringify(cell)}; expected ${expected}`,
        hint: expect.stringContaining(`kinds: { ${column}: category }`),
      }),
    );
  });
});

it('notes tell what is not known, and what is not read', () => {
  expect(encoder.notes!({ ...empty, city: 'Lima', zip: 1 })).toEqual([
    'city is a category that is not known: Lima',
    'columns that are not read: zip',
  ]);
  expect(encoder.notes!(empty)).toEqual([]);
});

it('the survey tells kinds, columns that say nothing and categories that are not known', async () => {
  async function* values() {
    for (const city of ['Rome', 'Lima', 'Kyiv']) yield { value: { ...empty, age: 3, city }, rows: 2, trained: 2 };
  }
  const { facts, warnings } = await encoder.survey!(values());
  expect(facts).toEqual(['numbers: age', 'dates: joined', 'yes or no: member', 'categories: city', 'texts: title']);
  expect(warnings.map(({ code, message }) => [code, message])).toEqual([
    ['column-constant', 'the same stands in all rows of age, joined, member, title: nothing is learned of that'],
    [
      'categories-unknown',
      '67 % of the cells of city are beyond the 2 categories that are known, and look alike to the model',
    ],
  ]);
});

describe('the examples', () => {
  const rows: Row[] = [
    empty,
    { age: '1 234.5', joined: '29.2.2024', member: 'YES', city: ' Oslo', title: 'Café au lait, 2 cups' },
    { age: '1,234,567', joined: '2024-02-29T23:59:59.5-05:30', member: false, city: 'Lima', title: '日本語 naïve' },
    { age: -3, joined: '2024/02/29 12:30', member: 'no', city: null, title: 'ﬁsh '.repeat(9) },
  ];
  const expected = rows.map(prepared);

  it('in JavaScript give the same', async () => {
    const { prepare } = (await import(new URL('../example/encoder-table.mjs', import.meta.url).href)) as {
      prepare: (row: Row, options: object) => Record<string, Float32Array>;
    };
    const found = rows.map((row) =>
      Object.fromEntries(Object.entries(prepare(row, options)).map(([name, data]) => [name, Array.from(data)])),
    );
    expect(found).toEqual(expected);
  });

  const hasPython = spawnSync('python3', ['-c', 'import numpy']).status === 0;
  it.skipIf(!hasPython)('in Python give the same (needs python3 with numpy)', () => {
    const program = `
import json, sys
from encoder_table import prepare
given = json.load(sys.stdin)
print(json.dumps([{name: fed.ravel().tolist() for name, fed in prepare(row, given["options"]).items()} for row in given["rows"]]))`;
    const { stdout, stderr } = spawnSync('python3', ['-c', program], {
      cwd: fileURLToPath(new URL('../example', import.meta.url)),
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONIOENCODING: 'utf8' },
      input: JSON.stringify({ rows, options }),
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const found = JSON.parse(stdout) as Record<string, number[]>[];
    for (const [row, own] of expected.entries()) {
      for (const [name, numbers] of Object.entries(own)) {
        expect(found[row]![name]!.map((value) => Number(value.toPrecision(6)))).toEqual(
          numbers.map((value) => Number(value.toPrecision(6))),
        );
      }
    }
  });
});
