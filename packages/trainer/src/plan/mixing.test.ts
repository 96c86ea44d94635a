import type { Manifest, Tensor, Tensors } from '@sensorium/contracts';
import { memoryStore } from '@sensorium/data';
import { createScope, input } from '@sensorium/graph';
import {
  createParts,
  createPluginResolver,
  mapRecord,
  modelWeights,
  openGraph,
  readManifest,
  resolveManifest,
  type Parts,
} from '@sensorium/orchestrator';
import { text } from '@sensorium/encoder-text';
import { expectAllClose, runGraph, someWeights } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { check, train, type Progress, type Trained, type TrainOptions } from '../index.js';
import { pointPlugins, pointRows } from '../testing/points.js';
import { mixBatch } from './mixing.js';
import { batchSpecs, wholeModel } from './model-graph.js';

const base: Manifest = {
  sensorium: 1,
  inputs: { left: 'points', right: { encoder: 'points', missing: 'skip', modalityDropout: 0 } },
  fusion: 'balanced',
  heads: { value: 'value' },
  training: { epochs: 3, batchSize: 6, learningRate: 0.02, validation: 0.25, seed: 2, mix: 0.5 },
};
const plugins = [...pointPlugins, text];
const cache = memoryStore();

async function partsOf(manifest: Manifest): Promise<Parts> {
  const resolution = await resolveManifest(await readManifest(manifest), createPluginResolver({ plugins }));
  return createParts(resolution.manifest, resolution.plugins);
}

const floats = (shape: number[], ...data: number[]): Tensor => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from(data),
});

const batch = {
  left: floats([3, 2], 1, 2, 3, 4, 5, 6),
  right: floats([3, 2], 10, 20, 0, 0, 50, 60),
  'right.present': floats([3, 1], 1, 0, 1),
  'target/value/value': floats([3, 1], -1, 2, 0.5),
} satisfies Tensors;
const ratio = 0.75;

/** What a batch becomes, and its losses. */
async function mixed(manifest: Manifest, tensors: Tensors): Promise<Record<string, Tensor>> {
  const parts = await partsOf(manifest);
  const scope = createScope();
  const fed = mapRecord(batchSpecs(parts, 3), ({ dtype, shape }, name) => input(name, dtype, shape));
  const share = input('ratio', 'float32', []);
  const mixtures = mixBatch(parts, scope, fed, share);
  const outputs = { ...mixtures.losses(openGraph(parts, scope, mixtures.fed), null), ...mixtures.fed };
  const named = Object.fromEntries(Object.entries(outputs).map(([name, value]) => [`mixed/${name}`, value]));
  const found = await runGraph(named, { ...tensors, ratio: floats([], ratio) }, someWeights(scope.parameters));
  return Object.fromEntries(Object.entries(found).map(([name, value]) => [name.replace('mixed/', ''), value]));
}

/** The losses of a batch as it is. */
async function losses(manifest: Manifest, tensors: Tensors): Promise<Record<string, Tensor>> {
  const { losses: heads, scope } = wholeModel(await partsOf(manifest), 3, null);
  return runGraph(heads, tensors, someWeights(scope.parameters));
}

describe('a batch that is mixed', () => {
  it('has of each sample its share, and the rest of the next one', async () => {
    const { left } = await mixed(base, batch);
    const own = Array.from(batch.left.data as Float32Array);
    const rolled = [...own.slice(2), ...own.slice(0, 2)];
    expectAllClose(
      left!.data,
      own.map((value, index) => 0.75 * value + 0.25 * rolled[index]!),
    );
  });

  it('has an input as it is where only one of both has it, and lacks it where none has', async () => {
    const { right, 'right.present': present } = await mixed(base, batch);
    // The first is alone, the second has its partner's, the third is mixed with the first.
    expectAllClose(right!, floats([3, 2], 10, 20, 50, 60, 40, 50));
    expectAllClose(present!, floats([3, 1], 1, 1, 1));
    const nobody = { ...batch, 'right.present': floats([3, 1], 0, 0, 1) };
    expectAllClose((await mixed(base, nobody))['right.present']!, floats([3, 1], 0, 1, 1));
  });

  it('loses λ of what it would with the targets, and 1 − λ of what with those of the partners', async () => {
    const { 'heads/value': value, left, right, 'right.present': present } = await mixed(base, batch);
    const inputs = { left: left!, right: right!, 'right.present': present! };
    const own = await losses(base, { ...inputs, 'target/value/value': batch['target/value/value'] });
    const others = await losses(base, { ...inputs, 'target/value/value': floats([3, 1], 2, 0.5, -1) });
    const expected = ratio * Number(own['heads/value']!.data[0]) + (1 - ratio) * Number(others['heads/value']!.data[0]);
    expectAllClose(value!.data, [expected]);
  });

  it('is what an objective without target learns from', async () => {
    const manifest: Manifest = { ...base, heads: { length: 'length' } };
    const { 'target/value/value': _, ...inputs } = batch;
    const { 'heads/length': length, left, right, 'right.present': present } = await mixed(manifest, inputs);
    const plain = await losses(manifest, { left: left!, right: right!, 'right.present': present! });
    expectAllClose(length!, plain['heads/length']!);
  });
});

describe('training with mixtures', () => {
  const trainPoints = (change: Partial<Manifest> = {}, options: Partial<TrainOptions> = {}): Promise<Trained> =>
    train({ ...base, ...change }, { rows: pointRows(32), plugins, from: ['.'], cache, ...options });
  const withMix = (mix: number | null): Partial<Manifest> => ({ training: { ...base.training, mix } });

  it('gives the same bytes again, and after a stop', async () => {
    const { model } = await trainPoints();
    expect((await trainPoints()).model).toEqual(model);
    const out = memoryStore();
    const controller = new AbortController();
    const onProgress = ({ phase, done }: Progress): void => {
      if (phase === 'train' && done > 5) controller.abort(new Error('stopped'));
    };
    await expect(trainPoints({}, { out, onProgress, signal: controller.signal })).rejects.toThrow('stopped');
    expect((await trainPoints({}, { out, resume: true })).model).toEqual(model);
  });

  it('learns other weights than without, or by another distribution', async () => {
    const weights = [await trainPoints(), await trainPoints(withMix(null)), await trainPoints(withMix(4))].map(
      ({ model }) => JSON.stringify(modelWeights(model)),
    );
    expect(new Set(weights).size).toBe(3);
  });

  it('works where frozen parts could be kept, and where a step has several batches', async () => {
    const inputs = { left: { encoder: 'points', trainable: 'frozen' as const } };
    const training = { ...base.training, accumulate: 2, batchSize: 3 };
    const { metrics } = await train(
      { sensorium: 1, inputs, heads: { value: 'value' }, training },
      { rows: pointRows(32), plugins, from: ['.'], cache },
    );
    expect(metrics.history.every(({ loss }) => Number.isFinite(loss))).toBe(true);
  });

  it('works with batches of one sample, whose partner it is itself', async () => {
    const one = (mix: number | null): Promise<Trained> =>
      trainPoints({ training: { ...base.training, batchSize: 1, epochs: 1, mix } });
    const [plain, mixtures] = [await one(null), await one(0.5)];
    expect(mixtures.metrics.history[0]!.loss).toBeCloseTo(plain.metrics.history[0]!.loss, 5);
  });

  it.each<[string, Partial<Manifest>, string]>([
    [
      'an encoder that cannot mix',
      { inputs: { left: 'points', right: { encoder: 'text', column: 'group', dim: 4, heads: 2 } } },
      'the encoder @sensorium/encoder-text does not mix its values',
    ],
    ['lists', { inputs: { left: 'points', right: { encoder: 'points', many: 2 } } }, 'lists of values are not mixed'],
  ])('is refused before it starts: %s', async (_, change, message) => {
    const given = check({ ...base, ...change }, { rows: pointRows(32), plugins, from: ['.'], cache });
    await expect(given).rejects.toMatchObject({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message: expect.stringContaining(message) as string,
      location: { key: 'inputs.right' },
    });
  });
});
