import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Source } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { conformsAsModality, conformsToReadme } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { table } from './index.js';

conformsAsModality(table, {
  sources: [{ age: '39', city: 'Rome', member: true, score: -0.5, note: null }, '{"age": 39}', { joined: new Date(0) }],
  bad: [{}, [], [1], 'age', '3', 'null', '[{"age": 1}]', 7, new Uint8Array(3), { age: NaN }, { age: [1] }],
});
conformsToReadme(table, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const io = { read: async () => expect.fail('a row is never an address') };

describe('a row', () => {
  it.each<[Source, object]>([
    [
      { a: ' x ', b: '', c: '  ', d: undefined },
      { a: ' x ', b: null, c: null, d: null },
    ],
    ['{"a": 1, "b": false, "c": null}', { a: 1, b: false, c: null }],
    [{ when: new Date('2024-02-29T12:00:00Z') }, { when: '2024-02-29T12:00:00.000Z' }],
    [JSON.parse('{"__proto__": 1, "constructor": 2}'), JSON.parse('{"__proto__": 1, "constructor": 2}') as object],
    [Object.assign(Object.create(null) as object, { a: 1 }), { a: 1 }],
  ])('of %o has its cells', async (source, expected) => {
    expect(Object.entries(await table.decode(source, io))).toEqual(Object.entries(expected));
  });

  it.each<[Source, string]>([
    [{ age: NaN }, '"row 9000" has NaN in the column "age"; expected a text, a number or a boolean'],
    [{ age: -Infinity }, '"row 9000" has -Infinity in the column "age"; expected a text, a number or a boolean'],
    [{ age: [3] }, '"row 9000" has an array in the column "age"; expected a text, a number or a boolean'],
    [{ age: new Date(NaN) }, '"row 9000" has an object in the column "age"; expected a text, a number or a boolean'],
    [{}, '"row 9000" has no cells'],
    ['abc', '"row 9000" is "abc"; expected a row'],
    [[1], '"row 9000" is an array; expected a row'],
  ])('is refused where it is %o', async (source, message) => {
    await expect(table.decode(source, { ...io, name: 'row 9000' })).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      message,
      hint: expect.stringMatching(/object|empty/),
    });
  });

  it('is seen as what its cells say', () => {
    expect(table.show({ age: 39, city: null, member: false })).toEqual({ kind: 'text', text: 'age 39 · member false' });
    expect(table.show({ city: null })).toEqual({ kind: 'text', text: '–' });
  });
});

describe('the examples', () => {
  const given = '{"age": "39", "city": " ", "member": false, "note": null, "zero": 0}';

  it('in JavaScript give the same', async () => {
    const { decode } = (await import(new URL('../example/modality-table.mjs', import.meta.url).href)) as {
      decode: (source: string) => Promise<object>;
    };
    expect(await decode(given)).toEqual(await table.decode(given, io));
  });

  const hasPython = spawnSync('python3', ['--version']).status === 0;
  it.skipIf(!hasPython)('in Python give the same (needs python3)', async () => {
    const program = 'import json, sys\nfrom modality_table import decode\nprint(json.dumps(decode(sys.stdin.read())))';
    const { stdout, stderr } = spawnSync('python3', ['-c', program], {
      cwd: fileURLToPath(new URL('../example', import.meta.url)),
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
      input: given,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(await table.decode(given, io));
  });
});

it('loses each cell with the probability σ, the same ones and more as it grows', () => {
  const row = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`column ${at}`, at]));
  const lost = (level: number, seed = 1): Set<number> => {
    const cells = Object.values(table.disturb!(row, level, createRandom(seed)) as object) as (number | null)[];
    expect(cells.filter((cell, at) => cell !== null && cell !== at)).toEqual([]);
    return new Set(cells.flatMap((cell, at) => (cell === null ? [at] : [])));
  };
  const levels = Array.from({ length: 11 }, (_, index) => index / 10);
  let before = new Set<number>();
  for (const level of levels) {
    const own = lost(level);
    expect(Math.abs(own.size - 5000 * level)).toBeLessThanOrEqual(5 * Math.sqrt(5000 * level * (1 - level)));
    expect([...before].filter((at) => !own.has(at))).toEqual([]);
    before = own;
  }
  expect(lost(0.5, 2)).not.toEqual(lost(0.5));
});
