import { noRecord, tableFromRecords } from '@sensorium/data';
import { describe, expect, it } from 'vitest';
import { itemsOf, type ColumnRef } from './cell.js';
import { readValues } from './values.js';

async function valuesOf(records: readonly object[], ref: Partial<ColumnRef> = {}) {
  const { cells, positions } = await readValues(tableFromRecords(records, 'table'), {
    column: 'x',
    many: null,
    ...ref,
  });
  return { sources: cells.map(({ source }) => source), items: cells.map(itemsOf), positions: [...positions] };
}

describe('the values of a column', () => {
  it('are every different one once, and a place for each row', async () => {
    const rows = ['a', 'b', 'a', null, 3, '3', true, 3].map((x) => ({ x }));
    expect(await valuesOf(rows)).toMatchObject({
      sources: ['a', 'b', 3, '3', true],
      positions: [0, 1, 0, noRecord, 2, 3, 4, 2],
    });
  });

  it('are compared by all that they hold, wherever it lies', async () => {
    const picture = (value: number) => ({ width: 1, height: 1, data: Uint8Array.of(value) });
    const same = [
      [1, [2, 'x']],
      { b: 1, a: null },
      Uint8Array.of(1, 2),
      picture(7),
      new Blob(['text']),
      new URL('http://localhost/a'),
    ];
    const again = [
      [1, [2, 'x']],
      { b: 1, a: null },
      Uint8Array.of(0, 1, 2).subarray(1),
      picture(7),
      new Blob(['te', 'xt']),
      new URL('http://localhost/a'),
    ];
    const other = [
      [1, [2, 'y']],
      { b: 1 },
      Int8Array.of(1, 2),
      picture(8),
      new Blob(['texts']),
      new URL('http://localhost/b'),
    ];
    const { positions } = await valuesOf([...same, ...again, ...other].map((x) => ({ x })));
    expect(positions).toEqual([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('cannot be what has no content to read', async () => {
    class Canvas {}
    await expect(valuesOf([{ x: 'a' }, { x: new Canvas() }])).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_TABLE',
      message: 'a cell holds a Canvas, whose content cannot be read',
      location: { file: 'table', row: 2, key: 'x' },
    });
  });

  it('of several columns are objects, missing where all of them are', async () => {
    const rows = [
      { x: 1, y: 'a' },
      { x: 1, y: null },
      { x: null, y: '' },
      { x: 1, y: 'a' },
    ];
    expect(await valuesOf(rows, { column: ['y', 'x'] })).toMatchObject({
      sources: [
        { y: 'a', x: 1 },
        { y: null, x: 1 },
      ],
      positions: [0, 1, noRecord, 0],
    });
  });

  it('may be many in a cell: a list, one of JSON in a text, or one alone', async () => {
    const rows = [['a', 'b'], '["a", "b"]', 'a', [], '[]', null].map((x) => ({ x }));
    expect(await valuesOf(rows, { many: 2 })).toEqual({
      sources: [['a', 'b'], ['a']],
      items: [['a', 'b'], ['a']],
      positions: [0, 0, 1, noRecord, noRecord, noRecord],
    });
    await expect(valuesOf([{ x: '[a' }], { many: 2 })).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_TABLE',
      location: { row: 1, key: 'x' },
    });
  });
});
