import { readFile, rm } from 'node:fs/promises';
import type { Manifest } from '@sensorium/contracts';
import { image } from '@sensorium/modality-image';
import { readAddress } from '@sensorium/media';
import { loadPipeline, modelWeights } from '@sensorium/orchestrator';
import { openTable } from '@sensorium/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check, evaluate, train, type Trained, type TrainOptions } from './index.js';
import { from, makeSquares, type Squares } from './testing/squares.js';

let squares: Squares;
let manifest: Manifest;
let rows: { image: string; question: string; answer: string }[];
let fromTable: Trained;
beforeAll(async () => {
  squares = await makeSquares({ train: 24, test: 12 });
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
  const { data: _, ...others } = squares.manifest;
  manifest = { ...others, training: { ...others.training, epochs: 1 } };
  rows = await rowsOf('train.csv');
  fromTable = await train({ ...manifest, data: { train: squares.path('train.csv') } }, { from });
});
afterAll(() => rm(squares.folder, { recursive: true }));

async function rowsOf(table: string): Promise<typeof rows> {
  const { rows: all } = await openTable(squares.path(table));
  return all.map(
    ({ values }) => ({ ...values, image: squares.path(values['image'] as string) }) as (typeof rows)[number],
  );
}

const trainRows = (given: readonly object[], options: Partial<TrainOptions> = {}): Promise<Trained> =>
  train(manifest, { rows: given, from, ...options });

describe('rows in memory', () => {
  const forms: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
    paths: async (path) => path,
    bytes: (path) => readFile(path),
    Blobs: async (path) => new Blob([await readFile(path)]),
    'decoded values': async (path) => image.decode(path, { read: readAddress }),
  };

  it.each(Object.entries(forms))(
    'may have pictures as %s, and give the weights that a table gives',
    async (_, form) => {
      const given = await Promise.all(rows.map(async (row) => ({ ...row, image: await form(row.image) })));
      const trained = await trainRows(given);
      expect(modelWeights(trained.model)).toEqual(modelWeights(fromTable.model));
      expect(trained.manifest.data).toEqual({ onError: 'error' });
      expect(trained.manifest.built.data).toEqual({});
    },
  );

  it('give a model in memory that answers, with the files that a folder would have', async () => {
    const { folder, files, manifest: written, metrics } = await trainRows(rows, { test: await rowsOf('test.csv') });
    expect(folder).toBe('memory');
    expect(Object.keys(files).sort()).toEqual(['manifest.json', 'metrics.json', 'model.onnx', 'report.html']);
    expect(JSON.parse(new TextDecoder().decode(files['manifest.json']))).toEqual(written);
    expect(metrics.rows.test).toBe(12);
    const model = { manifest: written, model: files['model.onnx']! };
    const pipeline = await loadPipeline(model, { from });
    const { answer } = await pipeline.run({ image: rows[0]!.image, question: 'is it red?' });
    await pipeline.dispose();
    expect(['blue', 'green', 'no', 'red', 'yes']).toContain(answer!.text);
  });

  it('can be checked and evaluated', async () => {
    const { plan, media } = await check(manifest, { rows, from });
    expect(plan.parameters).toBe(fromTable.metrics.parameters);
    expect(media).toEqual([{ table: 'train', key: 'inputs.image', sources: 12, found: 12, decoded: 4 }]);
    const { rows: count, scores } = await evaluate(fromTable, { data: await rowsOf('test.csv'), from });
    expect(count).toBe(12);
    expect(scores).toEqual((await evaluate(fromTable, { data: squares.path('test.csv'), from })).scores);
  });

  it('are validated on rows, too, and hold nothing out then', async () => {
    const { metrics } = await trainRows(rows, { validation: await rowsOf('test.csv') });
    expect(metrics.rows).toEqual({ train: 24, validation: 12, test: 0 });
  });

  it('say which row is wrong', async () => {
    const bad = rows.map((row, index) => (index === 3 ? { ...row, image: Uint8Array.of(1, 2, 3) } : row));
    await expect(trainRows(bad)).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      location: { file: 'rows', row: 4, key: 'image' },
    });
    await expect(train(manifest, { test: rows, from })).rejects.toMatchObject({ code: 'SENSORIUM_USAGE' });
    await expect(trainRows([])).rejects.toMatchObject({ code: 'SENSORIUM_EMPTY_TABLE' });
  });
});
