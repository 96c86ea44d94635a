import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { train, type Metrics } from './index.js';
import { from } from './testing/squares.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-labels-'));
  process.env['SENSORIUM_CACHE'] = join(folder, 'cache');
});
afterAll(() => rm(folder, { recursive: true }));

const LABELS = 6500;

it('of thousands of labels a training leaves files that are small, with the pairs that were confused', async () => {
  const lines = Array.from({ length: LABELS }, (_, index) => `w${index % 50},label${index}`);
  const [trainFile, testFile] = [join(folder, 'train.csv'), join(folder, 'test.csv')];
  await writeFile(trainFile, ['word,label', ...lines, ''].join('\n'));
  await writeFile(testFile, ['word,label', ...lines.slice(0, 400), ''].join('\n'));
  const { metrics } = await train(
    {
      sensorium: 1,
      name: 'many labels',
      inputs: { word: { encoder: 'text', dim: 4, heads: 1, layers: 0 } },
      heads: { label: 'classification' },
      training: { epochs: 1, batchSize: 256, validation: 0 },
      data: { train: trainFile, test: testFile },
    },
    { out: join(folder, 'model'), from },
  );
  const [pairs] = metrics.test?.['label']?.panels ?? [];
  expect(pairs).toMatchObject({ kind: 'table', columns: ['truth', 'answer', 'samples', 'of the truth’s'] });

  const size = async (file: string): Promise<number> => (await stat(join(folder, 'model', file))).size;
  expect(await size('model.onnx')).toBeGreaterThan(4 * LABELS);
  expect(await size('metrics.json')).toBeLessThan(100_000);
  expect(await size('report.html')).toBeLessThan(1_000_000);
  const written = JSON.parse(await readFile(join(folder, 'model', 'metrics.json'), 'utf8')) as Metrics;
  expect(written.test?.['label']?.metrics['accuracy']).toEqual(metrics.test?.['label']?.metrics['accuracy']);
});
