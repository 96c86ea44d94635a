import { describe, expect, it } from 'vitest';
import { decodeSeries } from './decode-series.js';
import { surveySeries } from './survey-series.js';
import type { Series } from './series.js';

const io = { read: async () => new Uint8Array() };
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a series', () => {
  it('has gaps where they are allowed, and is refused with row and column where not', async () => {
    const text = utf8('x,y\n1,2\n3,\n');
    const found = await decodeSeries(text, io, { gaps: true });
    expect(found.values).toEqual(Float32Array.of(1, 2, 3, NaN));
    await expect(decodeSeries(text, { ...io, name: 'a.csv' }, { gaps: false })).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      message: '"a.csv" row 2, column "y" is empty; expected a number',
    });
  });

  it('is not read to its end after an abort', async () => {
    const stop = new AbortController();
    const long = utf8('1,2,3,4\n'.repeat(500_000));
    const reading = decodeSeries(long, { ...io, signal: stop.signal }, { gaps: false });
    setTimeout(() => stop.abort(new Error('enough')), 20);
    await expect(reading).rejects.toThrow('enough');
  });

  it('keeps no turn of the event loop for longer than a moment', async () => {
    const long = utf8('1,2,3,4\n'.repeat(200_000));
    const delays: number[] = [];
    let last = performance.now();
    const timer = setInterval(() => {
      delays.push(performance.now() - last);
      last = performance.now();
    }, 1);
    const cpu = process.cpuUsage();
    await decodeSeries(long, io, { gaps: false });
    clearInterval(timer);
    // As many turns as steps of 4 ms make of the time that it took: how long each was on a busy machine is not its doing.
    const worked = (process.cpuUsage(cpu).user + process.cpuUsage(cpu).system) / 1000;
    expect(delays.length).toBeGreaterThan(worked / 40);
  });
});

it('a survey of series that lack a channel tells of those that have it', async () => {
  const of = (channels: string[], values: number[]): Series => ({ channels, values: Float32Array.from(values) });
  async function* table() {
    for (const value of [of(['x'], [1, 2]), of(['y'], [3, 3, 3])]) yield { value, rows: 1, trained: 1 };
  }
  const { facts, warnings } = await surveySeries(table(), { names: ['x'], read: 'all is read', isCut: () => false });
  expect(facts).toEqual(['1 channel: x', '2 to 3 rows', 'all is read']);
  expect(warnings).toEqual([]);
});
