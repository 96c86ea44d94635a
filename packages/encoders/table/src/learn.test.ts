import { expect, describe, it } from 'vitest';
import type { Cell, Row } from '@sensorium/modality-table';
import { table } from './index.js';

type Given = Parameters<typeof table.options.parse>[0];

async function* rowsOf(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows;
}
const learn = (given: Given, rows: readonly Row[]) => table.learn!(table.options.parse(given), rowsOf(rows), new Map());
/** What is learned of a single column. */
const learnColumn = async (cells: readonly Cell[], given: Given = {}) =>
  (
    await learn(
      given,
      cells.map((x) => ({ x })),
    )
  ).cells![0]!;

describe('the kind of a column', () => {
  it.each<[string, readonly Cell[]]>([
    ['number', ['1', '2.5', null, '-3e2']],
    ['number', [1, 2, 3]],
    ['number', [0, 1, 1, 0]],
    ['number', ['1 234.5', '1', '2', '3', 'abc']],
    ['boolean', ['true', 'False', ' yes ', 'NO']],
    ['boolean', [true, false, null]],
    ['date', ['2024-02-29', '2024-03-01T12:00Z', null]],
    ['date', ['29.2.2024', '1.3.2024']],
    ['category', ['a', 'b', 'a', 'b', 'b', 'a']],
    ['category', ['1', '2', 'a', 'a', 'a', '1', '1', '2']],
    ['category', [null, null]],
    ['text', ['Rome', 'Oslo', 'Lima', 'Rome']],
    ['text', ['2/3/2024', '3/4/2024']],
    ['text', ['2024-02-30', '2024-13-01']],
  ])('is %s where its cells are %j', async (kind, cells) => {
    expect(await learnColumn(cells)).toMatchObject({ name: 'x', kind });
  });

  it('is as it is told', async () => {
    expect(await learnColumn(['1', '1', '2', '2'], { kinds: { x: 'category' } })).toEqual({
      name: 'x',
      kind: 'category',
      categories: ['1', '2'],
    });
  });
});

describe('bins', () => {
  it('lie between quantiles', async () => {
    const even = Array.from({ length: 101 }, (_, index) => index);
    expect(await learnColumn(even, { bins: 5 })).toMatchObject({ edges: [0, 20, 40, 60, 80, 100] });
    // 12 fill half of a bin of 100 / 4 values, and are an edge once.
    const tied = Array.from({ length: 100 }, (_, index) => (index >= 19 && index < 31 ? 25 : index));
    expect(await learnColumn(tied, { bins: 4 })).toEqual({ name: 'x', kind: 'number', edges: [0, 25, 49, 74, 99] });
  });

  it('are left to rare values by one that would fill several', async () => {
    const gains = Array.from({ length: 100 }, (_, index) => (index < 92 ? 0 : index));
    expect(await learnColumn(gains, { bins: 5 })).toMatchObject({ edges: [0, 92, 93, 95, 97, 99] });
    const few = [1, 1, 1, 2, 2, 3, 3, 3];
    expect(await learnColumn(few, { bins: 4 })).toMatchObject({ edges: [1, 2, 3] });
  });

  it('are told apart as float32', async () => {
    const column = await learnColumn([1e9, 1e9 + 1, 1e9 + 2, 2e9], { bins: 8 });
    expect(column).toMatchObject({ edges: [1e9, 2e9] });
    expect(await learnColumn([7, 7, 7])).toMatchObject({ edges: [7, 8] });
    const [from, to] = ((await learnColumn([1e12, 1e12])) as { edges: number[] }).edges;
    expect(Math.fround(to!)).toBeGreaterThan(Math.fround(from!));
  });
});

it('categories are the frequent ones first, as often as minCount and as many as maxCategories', async () => {
  const cells = ['b', 'a', 'c', 'b', 'a', ' b ', 'd', 'd', 'a', 'a'];
  const of = async (given: Given) => (await learnColumn(cells, given)) as { categories: string[] };
  expect((await of({})).categories).toEqual(['a', 'b', 'd']);
  expect((await of({ minCount: 1 })).categories).toEqual(['a', 'b', 'd', 'c']);
  expect((await of({ maxCategories: 2 })).categories).toEqual(['a', 'b']);
});

it('pieces are those of the longest text, at most 64', async () => {
  expect((await learn({}, [{ x: 'Rome' }, { x: 'in Oslo' }])).pieces).toBe(8);
  expect((await learn({}, [{ x: 'Rome' }, { x: 'many words '.repeat(40) }])).pieces).toBe(64);
  expect((await learn({ pieces: 3 }, [{ x: 'Rome' }, { x: 'Oslo' }])).pieces).toBe(3);
});

it('without columns nothing is made', () => {
  expect(() => table.create(table.options.parse({}), new Map())).toThrow(
    expect.objectContaining({ code: 'SENSORIUM_MANIFEST_INVALID' }),
  );
});

it('a kind of no column is refused', async () => {
  const learned = await learn({ kinds: { zipp: 'category' } }, [{ zip: '1' }]);
  expect(() => table.create(learned, new Map())).toThrow(
    expect.objectContaining({ message: 'kinds has a kind for "zipp", which is none of the columns' }),
  );
});
