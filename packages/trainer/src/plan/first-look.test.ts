import { memoryStore } from '@sensorium/data';
import type { Manifest } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { check, train, type TrainOptions } from '../index.js';
import { from } from '../testing/squares.js';

const manifest: Manifest = {
  sensorium: 1,
  inputs: { text: { encoder: 'text', dim: 8, heads: 2, layers: 0 } },
  heads: { label: 'classification' },
  training: { epochs: 2, batchSize: 64 },
};

const rowsOf = (count: number): object[] =>
  Array.from({ length: count }, (_, index) => ({ text: `word${index % 7}`, label: `label ${index % 7}` }));
const [rows, test] = [rowsOf(1400), rowsOf(500)];

const lookAt = (options: Partial<TrainOptions> = {}) =>
  train(manifest, { rows, test, from, cache: memoryStore(), quick: true, ...options });

describe('a first look', () => {
  it('is at a part of the rows, for a minute at most, and says so', async () => {
    const planned = await check(manifest, { rows, test, from, cache: memoryStore(), quick: true });
    expect(planned.rows).toEqual({ train: 900, validation: 100, test: 300 });
    expect(planned.notes[0]).toBe(
      'a first look: 1000 of 1400 rows of the training table, at most 1 min of training; not a model to keep',
    );
    const { metrics, manifest: written } = await lookAt();
    expect(metrics.firstLook).toEqual({ rows: 1000, of: 1400, minutes: 1 });
    expect(metrics.rows).toEqual({ train: 900, validation: 100, test: 300 });
    expect(written.training.minutes).toBe(1);
  });

  it('is the same for the same seed, and at all rows where there are few', async () => {
    const [first, second] = [await lookAt(), await lookAt()];
    expect(first.metrics.history.map(({ loss }) => loss)).toEqual(second.metrics.history.map(({ loss }) => loss));
    const { rows: few } = await check(manifest, { rows: rowsOf(200), from, cache: memoryStore(), quick: true });
    expect(few).toEqual({ train: 180, validation: 20, test: 0 });
  });

  it('replaces another, and never a model that was trained as a whole', async () => {
    const out = memoryStore();
    await lookAt({ out });
    await lookAt({ out, overwrite: true });
    const whole = await train(manifest, { rows, from, cache: memoryStore(), out, overwrite: true });
    expect(whole.metrics).not.toHaveProperty('firstLook');
    await expect(lookAt({ out, overwrite: true })).rejects.toMatchObject({
      code: 'SENSORIUM_EXISTS',
      message: expect.stringContaining('a first look does not replace one') as string,
    });
  });
});
