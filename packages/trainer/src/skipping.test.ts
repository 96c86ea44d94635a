import { readFile, rm, writeFile } from 'node:fs/promises';
import type { Manifest } from '@sensorium/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check, evaluate, train, type Progress } from './index.js';
import { from, makeSquares, writeTable, type Row, type Squares } from './testing/squares.js';

let squares: Squares;
let manifest: Manifest;
beforeAll(async () => {
  squares = await makeSquares({ train: 24, test: 6 });
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
  await writeFile(
    squares.path('squares/cut.png'),
    (await readFile(squares.path('squares/train-0.png'))).subarray(0, 60),
  );
  await writeFile(squares.path('squares/text.png'), 'no picture');
  const row = (index: number, changed: Partial<Row> = {}): Row => ({
    image: `squares/train-${index}.png`,
    question: 'is it red?',
    answer: index % 3 === 0 ? 'yes' : 'no',
    ...changed,
  });
  const rows = Array.from({ length: 12 }, (_, index) => row(index));
  rows[1] = row(1, { image: 'squares/cut.png' });
  rows[4] = row(4, { image: 'squares/none.png' });
  rows[5] = row(5, { image: 'squares/text.png' });
  rows[7] = row(7, { answer: '' });
  const test = [row(0), row(2, { answer: 'maybe' }), row(3, { image: 'squares/none.png' })];
  const { test: _, ...data } = squares.manifest.data ?? {};
  manifest = {
    ...squares.manifest,
    training: { epochs: 1, batchSize: 4, validation: 0, seed: 7 },
    data: {
      ...data,
      train: await writeTable(squares.folder, 'bad.csv', rows),
      test: await writeTable(squares.folder, 'bad-test.csv', test),
    },
  };
});
afterAll(() => rm(squares.folder, { recursive: true }));

const skipping = (changes: Partial<Manifest> = {}): Manifest => ({
  ...manifest,
  ...changes,
  data: { ...manifest.data, onError: 'skip' },
});
const optional: Partial<Manifest> = {
  inputs: {
    image: { encoder: 'image', dim: 16, channels: 8, missing: 'learned' },
    question: { encoder: 'text', dim: 16, heads: 2 },
  },
};

describe('data.onError', () => {
  it('is error by default: the first bad row is the error', async () => {
    await expect(train(manifest, { from })).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      location: { file: squares.path('bad.csv'), row: 2, key: 'image' },
    });
  });

  it('skip: leaves rows out that cannot be read, and says how many, why, and which', async () => {
    const notes: string[] = [];
    const { metrics, files } = await train(skipping(), { from, onNote: (note) => notes.push(note) });
    expect(metrics.rows).toEqual({ train: 8, validation: 0, test: 1 });
    expect(metrics.skipped).toEqual({
      train: {
        rows: 4,
        reasons: {
          SENSORIUM_BAD_MEDIA: {
            count: 2,
            examples: [
              { row: 2, message: expect.stringContaining('cut.png') as string },
              { row: 6, message: expect.stringContaining('text.png') as string },
            ],
          },
          SENSORIUM_NOT_FOUND: {
            count: 1,
            examples: [{ row: 5, message: expect.stringContaining('none.png') as string }],
          },
          SENSORIUM_BAD_TABLE: {
            count: 1,
            examples: [{ row: 8, message: expect.stringContaining('empty') as string }],
          },
        },
      },
      test: {
        rows: 2,
        reasons: {
          SENSORIUM_UNSEEN_LABEL: {
            count: 1,
            examples: [{ row: 2, message: expect.stringContaining('maybe') as string }],
          },
          SENSORIUM_NOT_FOUND: { count: 1, examples: [{ row: 3, message: expect.any(String) as string }] },
        },
      },
    });
    const said = metrics.warnings.filter(({ code }) => code === 'rows-skipped').map(({ message }) => message);
    expect(said[0]).toMatch(/^4 of 12 rows of data\.train are left out.*2 × SENSORIUM_BAD_MEDIA \(row 2: /);
    expect(notes).toEqual(expect.arrayContaining(said));
    const written = JSON.parse(new TextDecoder().decode(files['metrics.json'])) as { skipped: unknown };
    expect(written.skipped).toEqual(metrics.skipped);
    expect(new TextDecoder().decode(files['report.html'])).toContain('are left out');
  });

  it('skip: says the same of what an earlier run has prepared, and prepares nothing again', async () => {
    const first = await train(skipping(), { from });
    const phases: Progress['phase'][] = [];
    const second = await train(skipping(), { from, onProgress: ({ phase }) => phases.push(phase) });
    expect(second.metrics.skipped).toEqual(first.metrics.skipped);
    expect(second.metrics.history[0]?.loss).toBe(first.metrics.history[0]?.loss);
    expect(phases).not.toContain('prepare');
  });

  it('skip: holds for a look, and for judging a model', async () => {
    await expect(check(skipping(), { from })).resolves.toBeDefined();
    const trained = await train(skipping(), { from });
    const found = await evaluate(trained, { data: squares.path('bad-test.csv'), from });
    expect([found.rows, found.skipped?.rows]).toEqual([1, 2]);
  });
});

describe('a file that is not there', () => {
  it('is a missing input where it may be missing, which is counted', async () => {
    const rows = [0, 1, 2, 3, 4, 5].map((index) => ({
      image: index === 3 ? 'squares/none.png' : `squares/train-${index}.png`,
      question: 'is it red?',
      answer: index % 3 === 0 ? 'yes' : 'no',
    }));
    const data = { train: await writeTable(squares.folder, 'absent.csv', rows) };
    const { metrics } = await train({ ...manifest, ...optional, data }, { from });
    expect(metrics.rows.train).toBe(6);
    expect(metrics.skipped).toBeUndefined();
    expect(metrics.warnings).toContainEqual(
      expect.objectContaining({
        code: 'files-absent',
        key: 'inputs.image',
        message: expect.stringContaining('1 row ') as string,
      }),
    );
    const again = await train({ ...manifest, ...optional, data }, { from });
    expect(again.metrics.history[0]?.loss).toBe(metrics.history[0]?.loss);
  });

  it('is an error where it may not', async () => {
    const rows = [0, 1, 2].map((index) => ({
      image: `squares/none-${index}.png`,
      question: 'is it red?',
      answer: 'yes',
    }));
    const data = { train: await writeTable(squares.folder, 'none.csv', rows) };
    await expect(train({ ...manifest, data }, { from })).rejects.toMatchObject({
      code: 'SENSORIUM_NOT_FOUND',
      location: { row: 1 },
    });
  });

  it('damaged, is an error although the input may be missing', async () => {
    const rows = [0, 1, 2].map((index) => ({
      image: index === 1 ? 'squares/cut.png' : `squares/train-${index}.png`,
      question: 'is it red?',
      answer: index === 2 ? 'no' : 'yes',
    }));
    const data = { train: await writeTable(squares.folder, 'damaged.csv', rows) };
    // What an earlier run has left out is an error again.
    await train({ ...manifest, ...optional, data: { ...data, onError: 'skip' } }, { from });
    await expect(train({ ...manifest, ...optional, data }, { from })).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      location: { row: 2 },
    });
  });
});
