import type { Source } from '@sensorium/contracts';
import { conformsAsModality, conformsToReadme } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { number } from './index.js';

conformsAsModality(number, {
  sources: [3.5, -0, '1e3', '1 234.5'],
  bad: ['', 'abc', 'NaN', NaN, '1,5', true, {}, [1]],
});
conformsToReadme(number, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const io = { read: async () => expect.fail('a number is never an address') };

describe('a number', () => {
  it.each<[Source, number]>([
    [3.5, 3.5],
    [-0, -0],
    ['3.5', 3.5],
    ['-2', -2],
    ['+7', 7],
    ['1e3', 1000],
    ['2.5E-3', 0.0025],
    ['.5', 0.5],
    ['5.', 5],
    ['007', 7],
    [' 12\n', 12],
    ['\u22124', -4],
    ['1,234,567', 1_234_567],
    ['-1,234.5', -1234.5],
    ['1 234 567.25', 1_234_567.25],
    ['12\u202f345', 12_345],
    ["1'234", 1234],
    ['1\u2019234\u2019567', 1_234_567],
    ['1_000', 1000],
  ])('is read from %j', async (source, expected) => {
    expect(await number.decode(source, io)).toBe(expected);
  });

  it.each<[unknown, string]>([
    ['', 'is empty'],
    ['  ', 'is "  "'],
    ['abc', 'is "abc"'],
    ['NaN', 'is "NaN"'],
    [NaN, 'is NaN'],
    [Infinity, 'is Infinity'],
    ['Infinity', 'is "Infinity"'],
    ['1e999', 'is "1e999"'],
    ['0x10', 'is "0x10"'],
    ['1,5', 'is "1,5"'],
    ['1,234', 'is "1,234"'],
    ['12,34,567', 'is "12,34,567"'],
    ['1 2', 'is "1 2"'],
    ["1 234'567", 'is "1 234\'567"'],
    ['1 234,567', 'is "1 234,567"'],
    ['1.2.3', 'is "1.2.3"'],
    ['12 €', 'is "12 €"'],
    ['5%', 'is "5%"'],
    ['-', 'is "-"'],
    ['.', 'is "."'],
    ['e5', 'is "e5"'],
    ['--1', 'is "--1"'],
    ['9'.repeat(400), `is "${'9'.repeat(80)}…"`],
    [true, 'is true'],
    [null, 'is null'],
    [[1], 'is an array'],
    [new Date(0), 'is an object'],
  ])('is not read from %j', async (source, message) => {
    await expect(number.decode(source as Source, { ...io, name: 'price' })).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      message: `"price" ${message}; expected a number`,
      hint: expect.stringContaining('decimal point'),
    });
  });

  it('is seen as it is', () => {
    expect(number.show(-1.25)).toEqual({ kind: 'text', text: '-1.25' });
  });

  it('refuses a long text in time that grows with its length alone', async () => {
    // With its square, it would be hours.
    const times = 1_000_000;
    for (const source of [`${'1 234'.repeat(times)}x`, `${'1,234'.repeat(times)}x`, `${'1'.repeat(5 * times)}x`]) {
      await expect(number.decode(source, io)).rejects.toMatchObject({ code: 'SENSORIUM_BAD_MEDIA' });
    }
  });
});
