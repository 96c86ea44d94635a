import type { Manifest } from '@sensorium/contracts';
import { memoryStore, type Store } from '@sensorium/data';
import { modelWeights } from '@sensorium/orchestrator';
import { describe, expect, it } from 'vitest';
import { check, train, type Progress, type Trained, type TrainOptions } from './index.js';
import { pointPlugins, pointRows } from './testing/points.js';

const cache = memoryStore();
const base: Manifest = {
  sensorium: 1,
  inputs: { left: 'points', right: 'points' },
  heads: {},
  training: { epochs: 4, batchSize: 6, learningRate: 0.02, validation: 0.25, seed: 2 },
};

const trainPoints = (change: Partial<Manifest>, options: Partial<TrainOptions> = {}): Promise<Trained> =>
  train({ ...base, ...change }, { rows: pointRows(32), plugins: pointPlugins, from: ['.'], cache, ...options });

const halves = { halves: { use: 'halves', of: ['left', 'right'] } };
const student: Partial<Manifest> = { inputs: { left: 'points' }, heads: { student: { use: 'student', of: 'left' } } };

describe('a head without answers and without a column', () => {
  it('trains, and the validation loss chooses the best epoch', async () => {
    const { metrics, manifest } = await trainPoints({ heads: halves });
    expect(metrics.decides).toEqual({ head: null, name: 'loss' });
    expect(manifest.heads['halves']!.column).toBeNull();
    const losses = metrics.history.map(({ validation }) => validation!.loss!);
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(metrics.bestEpoch).toBe(losses.lastIndexOf(Math.min(...losses)) + 1);
    expect(metrics.history.at(-1)!.loss).toBeLessThan(metrics.history[0]!.loss);
    expect(metrics).not.toHaveProperty('validation');
  });

  it('leaves an encoder in model.onnx, without what only the loss declares', async () => {
    const { model } = await trainPoints(student);
    expect(Object.keys(modelWeights(model)).sort()).toEqual(['inputs/left/bias', 'inputs/left/weight']);
  });

  it('is told beforehand to be what decides', async () => {
    const { decides } = await check({ ...base, heads: halves }, { rows: pointRows(32), plugins: pointPlugins, cache });
    expect(decides).toEqual({ head: null });
  });
});

// The loss of `halves` is infinite where a sample stands twice in a batch: SENSORIUM_NOT_FINITE, or an infinite held-out loss.
describe('a head that compares the samples of a batch', () => {
  it.each([5, 6, 7, 24, 40])('never sees one twice, in batches of %i', async (batchSize) => {
    const { metrics } = await trainPoints({ heads: halves, training: { ...base.training, batchSize } });
    for (const { loss, validation } of metrics.history) expect(loss + validation!.loss!).toBeLessThan(10);
  });

  it('sees one batch at a time where a step has several, and that is noted', async () => {
    const notes: string[] = [];
    const training = { ...base.training, batchSize: 4, accumulate: 3 };
    await trainPoints({ heads: halves, training }, { onNote: (note) => notes.push(note) });
    expect(notes).toEqual([expect.stringMatching(/^heads\.halves compares .* 3 batches of a step .* 4 samples/)]);
    notes.length = 0;
    await trainPoints({ ...student, training }, { onNote: (note) => notes.push(note) });
    expect(notes).toEqual([]);
  });
});

describe('a teacher', () => {
  const frozen = { left: { encoder: 'points', trainable: 'frozen' } } as const;

  async function stopAndResume(out: Store): Promise<Trained> {
    const controller = new AbortController();
    const onProgress = ({ phase, done }: Progress): void => {
      if (phase === 'train' && done > 6) controller.abort(new Error('stopped'));
    };
    const stopped = trainPoints(student, { out, onProgress, signal: controller.signal });
    await expect(stopped).rejects.toThrow('stopped');
    return trainPoints(student, { out, resume: true });
  }

  it('follows at a pace that progress sets, and goes on to the same bytes after a stop', async () => {
    const whole = await trainPoints(student);
    const resumed = await stopAndResume(memoryStore());
    expect(resumed.model).toEqual(whole.model);
    const withoutTimes = ({ history }: Trained['metrics']) => history.map(({ seconds: _, ...epoch }) => epoch);
    expect(withoutTimes(resumed.metrics)).toEqual(withoutTimes(whole.metrics));
  });

  it('stands still where what it follows is frozen', async () => {
    const { model } = await trainPoints({ ...student, inputs: frozen });
    const again = await trainPoints({ ...student, inputs: frozen, training: { ...base.training, epochs: 1 } });
    expect(modelWeights(model)).toEqual(modelWeights(again.model));
  });
});

describe('losses', () => {
  it('are reported by name, and the whole is their weighted sum', async () => {
    const reports: Progress[] = [];
    const heads = { value: { use: 'value', weight: 0.5 }, ...halves };
    const onProgress = (progress: Progress): void => void reports.push(progress);
    const { metrics } = await trainPoints({ fusion: 'balanced', heads }, { onProgress });
    const sums = [...metrics.history, ...reports.filter(({ phase }) => phase === 'train' || phase === 'epoch')];
    expect(sums).toHaveLength(12);
    for (const { loss, losses } of sums) {
      expect(Object.keys(losses!).sort()).toEqual(['fusion.length', 'halves', 'value']);
      expect(0.5 * losses!['value']! + losses!['halves']! + losses!['fusion.length']!).toBeCloseTo(loss!, 4);
    }
  });

  it('of held-out samples are those where they decide, or cost nothing beside the answers', async () => {
    const fused = { both: { use: 'student', of: 'left', weight: 2 }, fused: { use: 'length', of: 'fusion' } };
    const { history } = (await trainPoints({ fusion: 'balanced', heads: { ...halves, ...fused } })).metrics;
    for (const { validation } of history) {
      const { loss, losses } = validation!;
      expect(Object.keys(losses!).sort()).toEqual(['both', 'fused', 'fusion.length', 'halves']);
      const sum = losses!['halves']! + 2 * losses!['both']! + losses!['fused']! + losses!['fusion.length']!;
      expect(sum).toBeCloseTo(loss!, 4);
    }
    const heads = { value: 'value', ...halves };
    const { history: decided } = (await trainPoints({ fusion: 'balanced', heads })).metrics;
    expect(decided.every(({ validation }) => validation!.losses === undefined)).toBe(true);
    // Eight places are encoded for one number: the loss adds the head's layer once more to that.
    const large = { left: { encoder: 'points', many: 8 } };
    const cheap = (await trainPoints({ inputs: large, heads: { value: 'value' } })).metrics;
    expect(cheap.history.every(({ validation }) => validation!.loss === validation!.losses!['value'])).toBe(true);
  });
});

describe('the best epoch', () => {
  const heads = { ...halves, first: { use: 'value', column: 'value' }, second: { use: 'value', column: 'value' } };

  it('is chosen by the first head that has a metric, in its own direction', async () => {
    const { metrics } = await trainPoints({ fusion: 'balanced', heads });
    expect(metrics.decides).toEqual({ head: 'first', name: 'error' });
    const errors = metrics.history.map(({ validation }) => validation!.metrics['first']!['error']!);
    expect(metrics.bestEpoch).toBe(errors.lastIndexOf(Math.min(...errors)) + 1);
    expect(metrics.validation!['first']!.metrics['error']!.value).toBeCloseTo(Math.min(...errors), 5);
  });

  it('or by the one that training.decides names', async () => {
    const training = { ...base.training, decides: 'second' };
    expect((await trainPoints({ fusion: 'balanced', heads, training })).metrics.decides).toEqual({
      head: 'second',
      name: 'error',
    });
    const wrong = trainPoints({ fusion: 'balanced', heads, training: { ...training, decides: 'halves' } });
    await expect(wrong).rejects.toMatchObject({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message: 'the head "halves" has no metric by which epochs could be compared',
      hint: expect.stringContaining('first, second') as string,
      location: { key: 'training.decides' },
    });
  });
});
