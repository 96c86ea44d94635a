import { defineHead, onlyFeatures, SensoriumError, type Manifest } from '@sensorium/contracts';
import { memoryStore, type Store } from '@sensorium/data';
import { mean } from '@sensorium/graph';
import { modelWeights } from '@sensorium/orchestrator';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { check, train, type Progress, type Trained, type TrainOptions } from './index.js';
import { pointPlugins, pointRows } from './testing/points.js';

const cache = memoryStore();
const options: Partial<TrainOptions> = { rows: pointRows(32), plugins: pointPlugins, from: ['.'], cache };

const manifestOf = (training: Manifest['training'], change: Partial<Manifest> = {}): Manifest => ({
  sensorium: 1,
  inputs: { left: 'points', right: 'points' },
  fusion: 'balanced',
  heads: { value: 'value' },
  ...change,
  training: { epochs: 4, batchSize: 6, learningRate: 0.02, validation: 0.25, seed: 2, ...training },
});

const trainPoints = (
  training: Manifest['training'],
  change: Partial<Manifest> = {},
  more: Partial<TrainOptions> = {},
): Promise<Trained> => train(manifestOf(training, change), { ...options, ...more });

/** A head that reads what fusions give, and not what encoders do. */
const picky = defineHead({
  specVersion: 'v1',
  name: 'picky',
  options: z.strictObject({}),
  create: () => ({
    loss(_, model) {
      if (model.inputs.length === 1) {
        throw new SensoriumError({ code: 'SENSORIUM_SHAPE', message: 'it wants a grid' });
      }
      return mean(onlyFeatures(model).pooled);
    },
  }),
});

const hows = ['sum', 'blend', 'modulate', 'pareto'] as const;
const own = ['alone.value.left', 'alone.value.right'];

describe.each(hows)('training.balance: %s', (balance) => {
  it('tells the loss of each modality alone, of rows that are trained on and of those held out', async () => {
    const reports: Progress[] = [];
    const { metrics, manifest } = await trainPoints(
      { balance },
      {},
      { onProgress: (progress) => void reports.push(progress) },
    );
    expect(manifest.training.balance).toBe(balance);
    const told = reports.filter(({ phase }) => phase === 'train' || phase === 'epoch');
    const held = metrics.history.map(({ validation }) => validation!);
    for (const { loss, losses } of [...metrics.history, ...metrics.steps, ...told, ...held]) {
      expect(Object.keys(losses!).sort()).toEqual([...own, 'fusion.length', 'value']);
      expect(Object.values(losses!).every(Number.isFinite)).toBe(true);
      // The joint loss is that of the model, whatever is learned beside it.
      expect(losses!['value']! + losses!['fusion.length']!).toBeCloseTo(loss!, 4);
    }
    const [first, last] = [metrics.history[0]!, metrics.history.at(-1)!];
    for (const name of ['value', ...own]) expect(last.losses[name]).toBeLessThan(first.losses[name]!);
  });

  it('leaves no trace of what it needs in the model, and counts it nowhere', async () => {
    const [balanced, plain] = [await trainPoints({ balance }), await trainPoints({})];
    expect(Object.keys(modelWeights(balanced.model))).toEqual(Object.keys(modelWeights(plain.model)));
    expect(balanced.metrics.parameters).toBe(plain.metrics.parameters);
    const plans = await Promise.all([{ balance }, {}].map((training) => check(manifestOf(training), options)));
    expect(plans[0]!.plan.trained).toBe(plans[1]!.plan.trained);
    expect(modelWeights(balanced.model)).not.toEqual(modelWeights(plain.model));
  });

  it('gives the same bytes again, and goes on to them after a stop', async () => {
    const whole = await trainPoints({ balance, epochs: 5 });
    const out: Store = memoryStore();
    const controller = new AbortController();
    const stopped = trainPoints(
      { balance, epochs: 5 },
      {},
      {
        out,
        signal: controller.signal,
        onProgress: ({ phase, done }) => phase === 'train' && done > 14 && controller.abort(new Error('stopped')),
      },
    );
    await expect(stopped).rejects.toThrow('stopped');
    const resumed = await trainPoints({ balance, epochs: 5 }, {}, { out, resume: true });
    expect(resumed.model).toEqual(whole.model);
    const withoutTimes = ({ history }: Trained['metrics']) => history.map(({ seconds: _, ...epoch }) => epoch);
    expect(withoutTimes(resumed.metrics)).toEqual(withoutTimes(whole.metrics));
  });

  it.each<[string, Manifest['training'], Partial<Manifest>]>([
    ['several batches of a step', { accumulate: 2 }, {}],
    ['a forward pass in segments', { recompute: 2 }, {}],
    ['mixed samples', { mix: 0.4 }, {}],
    ['a moving average of the weights', { average: 0.9 }, {}],
    ['a learning rate that is found', { learningRate: 'auto' }, {}],
    ['an input that may be missing', {}, { inputs: { left: 'points', right: { encoder: 'points', missing: 'skip' } } }],
    ['a frozen encoder', {}, { inputs: { left: 'points', right: { encoder: 'points', trainable: 'frozen' } } }],
    ['lists of values', {}, { inputs: { left: { encoder: 'points', many: 3 }, right: 'points' } }],
    ['two heads', {}, { heads: { value: { use: 'value', weight: 0.5 }, length: { use: 'length', of: 'fusion' } } }],
  ])('learns with %s', async (_, training, change) => {
    const { metrics } = await trainPoints({ balance, epochs: 10, ...training }, change);
    const last = metrics.history.at(-1)!;
    for (const name of own) expect(last.losses[name]).toBeLessThan(metrics.history[0]!.losses[name]!);
    expect(last.loss).toBeLessThan(metrics.history[0]!.loss);
  });
});

describe('what cannot be balanced is told before training', () => {
  const onlyLeft = {
    inputs: { left: 'points' },
    heads: { value: { use: 'value', of: 'left' } },
  } satisfies Partial<Manifest>;
  const tied = { inputs: { left: 'points', right: { encoder: 'points', tied: 'left' } } } satisfies Partial<Manifest>;

  it.each<[string, Manifest['training'], Partial<Manifest>, RegExp]>([
    ['one input', { balance: 'pareto' }, { ...onlyLeft, fusion: undefined }, /there is one input, "left"/],
    [
      'a fusion of one input',
      { balance: 'sum' },
      { inputs: { left: 'points' }, fusions: { one: { use: 'balanced', of: 'left' } }, fusion: undefined },
      /there is one input, "left"/,
    ],
    [
      'a head that reads inputs by themselves',
      { balance: 'sum' },
      { fusion: undefined, heads: { halves: { use: 'halves', of: ['left', 'right'] } } },
      /heads\.halves reads left, right/,
    ],
    ['inputs of one encoder, to be compared', { balance: 'modulate' }, tied, /all inputs share that of "left"/],
    ['nothing that is held out', { balance: 'blend', validation: 0 }, {}, /held-out rows, and there are none/],
    [
      'a head that cannot read an input alone',
      { balance: 'pareto' },
      { heads: { value: { use: 'picky' } } },
      /heads\.value has to learn from "left" alone, too, and cannot: it wants a grid/,
    ],
  ])('%s', async (_, training, change, message) => {
    const plugins = [...pointPlugins, picky];
    await expect(check(manifestOf(training, change), { ...options, plugins })).rejects.toMatchObject({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message: expect.stringMatching(message),
      location: { key: 'training.balance' },
    });
  });

  it('encoders that are frozen are no error, and that is noted', async () => {
    const frozen = { encoder: 'points', trainable: 'frozen' } as const;
    const notesOf = async (inputs: Manifest['inputs']) =>
      (await check(manifestOf({ balance: 'sum' }, { inputs }), options)).notes;
    expect(await notesOf({ left: frozen, right: frozen })).toEqual([
      expect.stringMatching(/^training\.balance: sum does nothing but tell .* no encoder is trained/),
    ]);
    expect(await notesOf({ left: frozen, right: 'points' })).toEqual([]);
  });

  it('inputs of one encoder have one loss alone, the mean of theirs', async () => {
    const { metrics } = await trainPoints({ balance: 'pareto' }, tied);
    expect(Object.keys(metrics.history[0]!.losses)).toEqual(expect.arrayContaining(own));
  });
});
