import { readFile, rm } from 'node:fs/promises';
import type { Manifest } from '@sensorium/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { train, type Trained } from './index.js';
import { largestDifference, validatedIn, valuesOf } from './testing/metrics.js';
import { from, makeSquares, type Squares } from './testing/squares.js';

let squares: Squares;
beforeAll(async () => {
  squares = await makeSquares();
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
});
afterAll(() => rm(squares.folder, { recursive: true }));

let runs = 0;
/** Trains without noise, so that only the options make a difference. */
function trainWith(training: Manifest['training'], image: object = {}): Promise<Trained> {
  const { inputs, fusion, ...manifest } = squares.manifest;
  return train(
    {
      ...manifest,
      inputs: { image: { ...(inputs['image'] as object), encoder: 'image', ...image }, question: 'text' },
      fusion: { ...(fusion as object), use: 'attention', dropout: 0 },
      training: { ...manifest.training, ...training },
    },
    { out: squares.path(`run${runs++}`), from },
  );
}

const losses = ({ metrics }: Trained): number[] => metrics.history.map(({ loss }) => loss);
const bytesOf = ({ folder }: Trained): Promise<Buffer> => readFile(`${folder}/model.onnx`);

describe('training options', () => {
  it('accumulate: two batches of 3 are a step like one batch of 6', async () => {
    const [large, halves] = [await trainWith({ batchSize: 6 }), await trainWith({ batchSize: 3, accumulate: 2 })];
    for (const [epoch, loss] of losses(halves).entries()) expect(loss).toBeCloseTo(losses(large)[epoch]!, 2);
    expect(losses(await trainWith({ batchSize: 3 }))[0]).not.toBeCloseTo(losses(large)[0]!, 2);
  });

  it('recompute: the same losses', async () => {
    const [kept, again] = [await trainWith({}), await trainWith({ recompute: 3 })];
    for (const [epoch, loss] of losses(again).entries()) expect(loss).toBeCloseTo(losses(kept)[epoch]!, 2);
  });

  it('average: the same training, another model', async () => {
    const [plain, averaged] = [await trainWith({}), await trainWith({ average: 0.9 })];
    expect(losses(averaged)[0]).toBe(losses(plain)[0]);
    expect((await bytesOf(averaged)).equals(await bytesOf(plain))).toBe(false);
    expect(averaged.metrics.test!['answer']!.metrics['accuracy']!.value).toBeGreaterThan(0.5);
  });

  it('optimizer: by name or with numbers of its own, which make a difference', async () => {
    const same = { use: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
    const [named, spelt, other, plain, heavy] = await Promise.all(
      (['adamw', same, { use: 'adamw', beta1: 0.5 }, { use: 'sgd', momentum: 0 }, 'sgd'] as const).map((optimizer) =>
        trainWith({ epochs: 1, optimizer }),
      ),
    );
    expect(losses(spelt!)).toEqual(losses(named!));
    expect(losses(other!)).not.toEqual(losses(named!));
    expect(losses(plain!)).not.toEqual(losses(heavy!));
  });

  it.each([
    ['lion', { optimizer: 'lion', learningRate: 5e-4 }],
    ['one-cycle', { schedule: 'one-cycle', warmup: 0.3 }],
  ] as const)('%s: learns', async (_, training) => {
    const [first, ...others] = losses(await trainWith(training));
    expect(others.at(-1)).toBeLessThan(0.9 * first!);
  });
});

describe('trainable', () => {
  it('learningRate: a part that is to learn a millionth as fast stays as it was', async () => {
    const slow = await trainWith({ epochs: 1, clip: null }, { trainable: { learningRate: 1e-6 } });
    const frozen = await trainWith({ epochs: 1, clip: null }, { trainable: 'frozen' });
    expect(losses(slow)[0]).toBeCloseTo(losses(frozen)[0]!, 3);
  });

  it('lora: adapters beside single weights, chosen by name', async () => {
    const trainable = { rank: 4, parameters: { '**': 'frozen', '**/weight': 'lora' } } as const;
    const adapted = await trainWith({ epochs: 2 }, { trainable });
    const frozen = await trainWith({ epochs: 2 }, { trainable: 'frozen' });
    expect(losses(adapted)).not.toEqual(losses(frozen));
    // The adapters are merged: the model has the same parameters as every other.
    expect(adapted.metrics.parameters).toBe(frozen.metrics.parameters);
    const { bestEpoch, validation } = adapted.metrics;
    const seen = validatedIn(adapted.metrics, bestEpoch, 'answer');
    expect(largestDifference(valuesOf(validation!['answer']!), seen)).toBeLessThan(1e-5);
  });

  it.each([
    [
      'a pattern that fits nothing',
      { parameters: { 'blok*/**': 'frozen' } },
      /no parameter of inputs.image fits "blok\*\/\*\*"/,
    ],
    ['adapters where nothing is pretrained', 'lora', /nothing in inputs.image is pretrained/],
  ])('refuses %s', async (_, trainable, message) => {
    await expect(trainWith({ epochs: 1 }, { trainable })).rejects.toMatchObject({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message: expect.stringMatching(message) as string,
    });
  });

  it('refuses to train nothing', async () => {
    const inputs = Object.fromEntries(
      Object.entries(squares.manifest.inputs).map(([name, part]) => [
        name,
        { ...(part as object), missing: 'error', trainable: 'frozen' },
      ]),
    ) as Manifest['inputs'];
    const manifest: Manifest = {
      ...squares.manifest,
      inputs,
      fusion: { use: 'attention', trainable: 'frozen' },
      heads: { answer: { use: 'classification', trainable: 'frozen' } },
    };
    await expect(train(manifest, { out: squares.path('nothing'), from })).rejects.toThrow('no parameters to train');
  });
});
