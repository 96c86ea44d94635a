import { readdir, readFile, rm } from 'node:fs/promises';
import type { Manifest } from '@sensorium/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { train, type Progress, type Trained } from '../index.js';
import { from, makeSquares, type Squares } from '../testing/squares.js';

let squares: Squares;
beforeAll(async () => {
  squares = await makeSquares();
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
});
afterAll(() => rm(squares.folder, { recursive: true }));

const plain = { encoder: 'image', dim: 16, channels: 8 } as const;

interface Outcome extends Trained {
  readonly computed: readonly string[];
}

/** Trains, and tells which inputs' features were computed. */
async function trainWith(
  image: Manifest['inputs'][string],
  out: string,
  extra: Partial<Manifest> = {},
): Promise<Outcome> {
  const manifest = { ...squares.manifest, ...extra, inputs: { ...squares.manifest.inputs, image } };
  const computed = new Set<string>();
  const onProgress = ({ phase, subject = '' }: Progress): void => {
    if (phase === 'features') computed.add(subject);
  };
  const trained = await train(manifest, { out: squares.path(out), from, onProgress });
  return { ...trained, computed: [...computed] };
}

const filesOf = async (folder: string): Promise<string[]> => (await readdir(squares.path(folder))).sort();

describe('a frozen encoder', () => {
  const frozen = { ...plain, trainable: 'frozen' } as const;

  it('is run once for each picture, in this training and in later ones', async () => {
    const [first, again] = [await trainWith(frozen, 'first'), await trainWith(frozen, 'again')];
    expect([first.computed, again.computed]).toEqual([['image'], []]);
    expect(await filesOf('cache/features')).toHaveLength(1);
    expect(await readFile(squares.path('again/model.onnx'))).toEqual(await readFile(squares.path('first/model.onnx')));
    expect((await trainWith({ ...frozen, dim: 8 }, 'other')).computed).toEqual(['image']);
  });

  it('leaves the model the same: what validation saw from the features on holds for the whole model', async () => {
    const { metrics } = await trainWith(frozen, 'judged');
    const { history, bestEpoch, validation } = metrics;
    expect(validation!['answer']!.metrics['accuracy']!.value).toBeCloseTo(
      history[bestEpoch - 1]!.validation!.metrics['answer']!['accuracy']!,
      5,
    );
    expect(metrics.history.at(-1)!.loss).toBeLessThan(0.9 * metrics.history[0]!.loss);
  });

  it('is run again for every step where its pictures are varied', async () => {
    const varied = { ...frozen, augment: { flip: 'both' } } as const;
    expect((await trainWith(varied, 'varied')).computed).toEqual([]);
    const missing = { ...frozen, missing: 'skip', modalityDropout: 0.2 } as const;
    expect((await trainWith(missing, 'missing')).computed).toEqual([]);
  });

  it('may be frozen in part', async () => {
    const part = { ...plain, trainable: { parameters: { '**': 'frozen', 'project/*': 'full' } } } as const;
    expect((await trainWith(part, 'part')).computed).toEqual(['image']);
  });
});

it('a model that is trained whole has no features', async () => {
  expect((await trainWith(plain, 'whole')).computed).toEqual([]);
});

it('a training from kept features that was stopped goes on to the same bytes', async () => {
  const image = { ...plain, trainable: 'frozen' } as const;
  const manifest = { ...squares.manifest, inputs: { ...squares.manifest.inputs, image } };
  await train(manifest, { out: squares.path('unbroken'), from });
  const controller = new AbortController();
  const onProgress = ({ phase, done }: Progress): void => {
    if (phase === 'train' && done > 30) controller.abort(new Error('stopped'));
  };
  const broken = train(manifest, { out: squares.path('broken'), from, onProgress, signal: controller.signal });
  await expect(broken).rejects.toThrow('stopped');
  await train(manifest, { out: squares.path('broken'), from, resume: true });
  expect(await readFile(squares.path('broken/model.onnx'))).toEqual(
    await readFile(squares.path('unbroken/model.onnx')),
  );
});
