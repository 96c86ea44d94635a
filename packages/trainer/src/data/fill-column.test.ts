import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderStore, tableFromRecords } from '@sensorium/data';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cache } from './cache.js';
import type { Cell } from './cell.js';
import { fillColumn } from './fill-column.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'sensorium-fill-'))));
afterAll(() => rm(folder, { recursive: true }));

const COUNT = 10_000;
const PART = 4096;
const table = tableFromRecords(
  Array.from({ length: COUNT }, (_, value) => ({ value })),
  'rows',
);
const cells = table.rows.map((row): Cell => ({ table, row, column: 'value', many: null, source: row.number - 1 }));

/** Fills a store, or goes on, until so many values are prepared; gives those that were. */
async function fill(cache: string, { stopAfter = Infinity, isLasting = true } = {}) {
  const prepared: number[] = [];
  const seen: number[] = [];
  const controller = new AbortController();
  const filled = fillColumn({
    cache: new Cache(folderStore(join(folder, cache))),
    folder: 'prepared',
    key: 'values',
    specs: { x: { dtype: 'int32', shape: [2] } },
    cells,
    prepare: async ({ source }) => {
      if (prepared.push(Number(source)) === stopAfter) controller.abort(new Error('killed'));
      return { x: { dtype: 'int32', shape: [1, 2], data: Int32Array.of(Number(source), -Number(source)) } };
    },
    progress: (done) => seen.push(done),
    isLasting,
    signal: controller.signal,
  });
  return { filled, prepared, seen };
}

async function valuesOf(
  cache: string,
): Promise<{ numbers: Int32Array; prepared: readonly number[]; seen: readonly number[] }> {
  const { filled, prepared, seen } = await fill(cache);
  await using store = await filled;
  const { x } = await store.read(Uint32Array.from({ length: COUNT }, (_, index) => index));
  return { numbers: x?.data as Int32Array, prepared, seen };
}

const whole = Int32Array.from({ length: 2 * COUNT }, (_, at) => (at % 2 === 0 ? at / 2 : -(at - 1) / 2));

it('goes on behind the last whole part of a run that was stopped, and prepares nothing of it again', async () => {
  const first = await fill('stopped', { stopAfter: 9000 });
  await expect(first.filled).rejects.toThrow('killed');
  const { numbers, prepared, seen } = await valuesOf('stopped');
  expect(Math.min(...prepared)).toBe(2 * PART);
  expect(prepared).toHaveLength(COUNT - 2 * PART);
  expect(numbers).toEqual(whole);
  expect(seen[0]).toBe(PART);
  expect(seen.at(-1)).toBe(COUNT);
});

it('keeps one file in the end, in which the next run finds everything', async () => {
  await valuesOf('whole');
  expect(await readdir(join(folder, 'whole', 'prepared'))).toHaveLength(1);
  const { numbers, prepared } = await valuesOf('whole');
  expect(prepared).toEqual([]);
  expect(numbers).toEqual(whole);
});

it('keeps no parts of what no later run may use', async () => {
  const first = await fill('passing', { stopAfter: 9000, isLasting: false });
  await expect(first.filled).rejects.toThrow('killed');
  const { prepared } = await fill('passing', { isLasting: false }).then(async ({ filled, ...others }) => {
    await (await filled).dispose();
    return others;
  });
  expect(prepared).toHaveLength(COUNT);
});
