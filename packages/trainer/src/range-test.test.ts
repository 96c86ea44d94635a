import { readFile, rm } from 'node:fs/promises';
import type { Manifest } from '@sensorium/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { train, type Phase, type Progress, type Trained, type TrainOptions } from './index.js';
import { from, makeSquares, type Squares } from './testing/squares.js';

let squares: Squares;
let found: Trained;
beforeAll(async () => {
  squares = await makeSquares();
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
  found = await trainWith('found');
});
afterAll(() => rm(squares.folder, { recursive: true }));

function trainWith(
  out: string,
  options: Partial<TrainOptions> = {},
  training: Manifest['training'] = { learningRate: 'auto' },
): Promise<Trained> {
  const manifest = { ...squares.manifest, training: { ...squares.manifest.training, ...training } };
  return train(manifest, { out: squares.path(out), from, ...options });
}

const modelIn = (folder: string): Promise<Buffer> => readFile(squares.path(`${folder}/model.onnx`));

describe('learningRate: auto', () => {
  it('takes a tenth of the learning rate at which the smoothed loss is lowest', () => {
    const { chosen, points } = found.metrics.rangeTest!;
    const lowest = points.reduce((best, point) => (point.loss < best.loss ? point : best));
    expect(chosen).toBe(Number((lowest.learningRate / 10).toPrecision(2)));
    expect(lowest.loss).toBeLessThan(points[0]!.loss);
    const ratios = points.slice(1).map(({ learningRate }, index) => learningRate / points[index]!.learningRate);
    for (const ratio of ratios) expect(ratio).toBeCloseTo(10 ** (6 / 95), 3);
  });

  it('learns with it, and writes the number down', () => {
    const { manifest, metrics } = found;
    const { chosen } = metrics.rangeTest!;
    expect(manifest.training.learningRate).toBe(chosen);
    expect(Math.max(...metrics.steps.map(({ learningRate }) => learningRate))).toBeLessThanOrEqual(chosen * 1.000001);
    expect(metrics.validation!['answer']!.metrics['accuracy']!.value).toBeGreaterThan(0.5);
  });

  it('is the training with that number', async () => {
    const { chosen } = found.metrics.rangeTest!;
    await trainWith('number', {}, { learningRate: chosen });
    expect((await modelIn('number')).equals(await modelIn('found'))).toBe(true);
  });

  it('finds the same again, and goes on with what it found before a stop', async () => {
    const controller = new AbortController();
    const phases =
      (seen: Set<Phase>) =>
      ({ phase }: Progress) =>
        void seen.add(phase);
    const [before, after] = [new Set<Phase>(), new Set<Phase>()];
    const onProgress = (progress: Progress): void => {
      phases(before)(progress);
      if (progress.phase === 'train' && progress.done > 20) controller.abort(new Error('stopped'));
    };
    await expect(trainWith('stopped', { onProgress, signal: controller.signal })).rejects.toThrow('stopped');
    const { metrics } = await trainWith('stopped', { resume: true, onProgress: phases(after) });
    expect([before.has('range'), after.has('range')]).toEqual([true, false]);
    expect(metrics.rangeTest).toEqual(found.metrics.rangeTest);
    expect((await modelIn('stopped')).equals(await modelIn('found'))).toBe(true);
  });
});
