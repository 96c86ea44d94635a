import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadPipeline, MODEL_FILE } from '@sensorium/orchestrator';
import * as onnx from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check, evaluate, train, type Progress, type Trained, type TrainOptions } from './index.js';
import { from, makeSquares, type Squares } from './testing/squares.js';

let squares: Squares;
let trained: Trained;
const progress: Progress[] = [];
beforeAll(async () => {
  squares = await makeSquares();
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
  trained = await trainInto('first', { onProgress: (step) => progress.push(step) });
});
afterAll(() => rm(squares.folder, { recursive: true }));

const trainInto = (out: string, options: Partial<TrainOptions> = {}): Promise<Trained> =>
  train(squares.manifest, { out: squares.path(out), from, ...options });
const modelOf = ({ folder }: Trained): Promise<Buffer> => readFile(join(folder, MODEL_FILE));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('a training', () => {
  it('leaves a folder with the model and all that is to be known of it, and nothing else', async () => {
    expect((await readdir(trained.folder)).sort()).toEqual([
      'manifest.json',
      'metrics.json',
      'model.onnx',
      'report.html',
    ]);
    const manifest: unknown = JSON.parse(await readFile(join(trained.folder, 'manifest.json'), 'utf8'));
    expect(manifest).toEqual(trained.manifest);
    expect(manifest).toMatchObject({
      inputs: {
        image: { encoder: '@sensorium/encoder-image', options: { size: 16 } },
        question: { options: { vocabulary: expect.arrayContaining(['colour', 'red']) } },
      },
      heads: { answer: { options: { labels: ['blue', 'green', 'no', 'red', 'yes'] } } },
      training: { epochs: 4, clip: 1 },
      built: {
        packages: { '@sensorium/encoder-image': '0.1.0', '@sensorium/fusion-attention': '0.1.0' },
        files: { 'model.onnx': sha256(await modelOf(trained)) },
        data: {
          train: sha256(await readFile(squares.path('train.csv'))),
          test: sha256(await readFile(squares.path('test.csv'))),
        },
      },
    });
    expect(await readFile(join(trained.folder, 'report.html'), 'utf8')).toContain('squares');
  });

  it('writes its metrics', async () => {
    const metrics: unknown = JSON.parse(await readFile(join(trained.folder, 'metrics.json'), 'utf8'));
    expect(metrics).toEqual(trained.metrics);
    const { rows, history, bestEpoch, parameters, test, seconds } = trained.metrics;
    expect(rows).toEqual({ train: 58, validation: 14, test: 24 });
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    expect(history.at(-1)!.loss).toBeLessThan(history[0]!.loss / 2);
    expect(bestEpoch).toBeGreaterThan(1);
    expect(parameters).toBeGreaterThan(1000);
    expect(test!['answer']!.metrics['accuracy']!.value).toBeGreaterThan(0.5);
    expect(seconds).toBeGreaterThan(history.reduce((sum, epoch) => sum + epoch.seconds, 0));
  });

  it('tells how far it is', () => {
    const phases = progress.map(({ phase }) => phase).filter((phase, index, all) => phase !== all[index - 1]);
    const epoch = ['train', 'validate', 'epoch'];
    expect(phases).toEqual([
      // What heads learn from first, of every table.
      ...['prepare', 'hash', 'prepare', 'hash', 'prepare'],
      ...[...epoch, ...epoch, ...epoch, ...epoch],
      ...['save', 'validate', 'test'],
    ]);
    const steps = progress.filter(({ phase }) => phase === 'train');
    expect(steps.map(({ done }) => done)).toEqual([16, 19, 35, 38, 54, 57, 73, 76]);
    expect(steps.at(-1)).toMatchObject({ total: 76, epoch: 4, epochs: 4, secondsLeft: 0, loss: expect.any(Number) });
    const value = trained.metrics.history[3]!.validation!.metrics['answer']!['accuracy']!;
    const score = { head: 'answer', name: 'accuracy', metric: { value, better: 'higher' } };
    expect(progress.filter(({ phase }) => phase === 'epoch').at(-1)).toMatchObject({ done: 4, total: 4, score });
  });

  it('gives the same bytes for the same seed, from objects and files alike, and others for another', async () => {
    const yaml = squares.path('squares.yaml');
    await writeFile(yaml, JSON.stringify(squares.manifest));
    const again = await train(yaml, { out: squares.path('again'), from });
    const other = await trainInto('other', { set: ['training.seed=8'] });
    expect((await modelOf(again)).equals(await modelOf(trained))).toBe(true);
    expect((await modelOf(other)).equals(await modelOf(trained))).toBe(false);
    expect(other.metrics.history[0]!.loss).not.toBe(trained.metrics.history[0]!.loss);
  });

  it('can be checked beforehand', async () => {
    const { plan, backend, manifest } = await check(squares.manifest, { from });
    expect(plan.parameters).toBe(trained.metrics.parameters);
    expect(backend).toEqual({ backend: 'cpu', passedOver: [] });
    const { built, ...resolved } = trained.manifest;
    expect(built.files).toHaveProperty(MODEL_FILE);
    expect(manifest).toEqual(resolved);
  });
});

describe('the model', () => {
  it('scores as in training when it is evaluated', async () => {
    const { rows, scores } = await evaluate(trained.folder, { data: squares.path('test.csv'), from });
    expect(rows).toBe(24);
    expect(scores).toEqual(trained.metrics.test);
  });

  it('runs in ONNX Runtime without Sensorium, and answers alike through the pipeline', async () => {
    const session = await onnx.InferenceSession.create(join(trained.folder, MODEL_FILE));
    const tokens = Number(trained.manifest.inputs['question']!.options['tokens']);
    const { vocabulary } = trained.manifest.inputs['question']!.options as { vocabulary: string[] };
    const words = ['is', 'it', 'green', '?'].map((word) => vocabulary.indexOf(word) + 2);
    const results = await session.run({
      image: new onnx.Tensor(
        'uint8',
        Uint8Array.from({ length: 768 }, (_, i) => [30, 200, 50][i % 3]!),
        [1, 16, 16, 3],
      ),
      question: new onnx.Tensor(
        'int32',
        Int32Array.from({ length: tokens }, (_, i) => words[i] ?? 0),
        [1, tokens],
      ),
      'question.present': new onnx.Tensor('float32', [1], [1, 1]),
    });
    const probabilities = [...(results['answer.probabilities']!.data as Float32Array)];
    expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 5);

    const pipeline = await loadPipeline(trained.folder, { from });
    const data = Uint8Array.from({ length: 768 }, (_, index) => [30, 200, 50][index % 3]!);
    const { answer } = await pipeline.run({
      image: { width: 16, height: 16, channels: 3, data },
      question: 'Is it green?',
    });
    await pipeline.dispose();
    const { labels } = trained.manifest.heads['answer']!.options as { labels: string[] };
    expect(answer!.text).toBe(labels[probabilities.indexOf(Math.max(...probabilities))]);
    expect(answer!.confidence).toBeCloseTo(Math.max(...probabilities), 5);
  });

  it('answers where an input that may be missing is missing', async () => {
    const pipeline = await loadPipeline(trained.folder, { from });
    const { answer } = await pipeline.run({ image: squares.path('squares/test-0.png') });
    await pipeline.dispose();
    expect(['blue', 'green', 'no', 'red', 'yes']).toContain(answer!.text);
  });
});
