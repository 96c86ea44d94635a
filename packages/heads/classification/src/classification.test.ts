import type { Head, Tensor } from '@sensorium/contracts';
import { input } from '@sensorium/graph';
import { conformsAsHead, conformsToReadme, expectAllClose, runGraph } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { classification } from './index.js';

type Given = z.input<typeof classification.options>;

conformsAsHead(classification, {
  options: [{}, { labels: ['a', 'b', 'c', 'd'], labelSmoothing: 0.1 }, { classWeights: 'balanced', dropout: 0.2 }],
  values: ['c', 'a', 'b', 'a', 'c', 'a'],
});
conformsToReadme(classification, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const create = (given: Given): Head => classification.create(classification.options.parse(given));
const learn = (given: Given, values: readonly string[]) =>
  classification.learn!(
    classification.options.parse(given),
    (async function* () {
      yield* values;
    })(),
  );
const matrix = (rows: readonly (readonly number[])[]): Tensor => ({
  dtype: 'float32',
  shape: [rows.length, rows[0]?.length ?? 0],
  data: Float32Array.from(rows.flat()),
});
const indices = (...values: number[]): Tensor => ({
  dtype: 'int64',
  shape: [values.length],
  data: BigInt64Array.from(values, BigInt),
});

describe('the loss', () => {
  const logits = [
    [2, -1, 0.5],
    [0, 3, 1],
    [-2, 0, 1],
    [1, 1, 1],
  ];
  const truths = [0, 2, 2, 1];

  async function loss(given: Given): Promise<number> {
    const symbol = create({ labels: ['a', 'b', 'c'], ...given }).loss(
      { logits: input('logits', 'float32', ['batch', 3]) },
      { label: input('label', 'int64', ['batch']) },
    );
    const { value } = await runGraph({ value: symbol }, { logits: matrix(logits), label: indices(...truths) });
    return Number(value!.data[0]);
  }

  /** Σ w_t · −Σ_c q_c log p_c / Σ w_t, with q = (1 − s) · one-hot + s / C. */
  function formula(weights: readonly number[], smoothing: number): number {
    const losses = logits.map((row, sample) => {
      const total = row.reduce((sum, logit) => sum + Math.exp(logit), 0);
      return -row.reduce((sum, logit, label) => {
        const target = (label === truths[sample] ? 1 - smoothing : 0) + smoothing / row.length;
        return sum + target * Math.log(Math.exp(logit) / total);
      }, 0);
    });
    const weight = truths.map((truth) => weights[truth]!);
    return losses.reduce((sum, own, sample) => sum + own * weight[sample]!, 0) / weight.reduce((a, b) => a + b);
  }

  it.each<[string, Given, readonly number[], number]>([
    ['cross-entropy', {}, [1, 1, 1], 0],
    ['smoothed', { labelSmoothing: 0.2 }, [1, 1, 1], 0.2],
    ['weighted, 1 where no weight is given', { classWeights: { a: 4, c: 0.5 } }, [4, 1, 0.5], 0],
    ['weighted and smoothed', { classWeights: { a: 4, b: 2, c: 3 }, labelSmoothing: 0.1 }, [4, 2, 3], 0.1],
  ])('is %s', async (_, given, weights, smoothing) => {
    expectAllClose([await loss(given)], [formula(weights, smoothing)], { relative: 1e-5 });
  });

  it('is finite for logits of any size', async () => {
    const head = create({ labels: ['a', 'b'] });
    const symbol = head.loss(
      { logits: input('logits', 'float32', ['batch', 2]) },
      { label: input('label', 'int64', ['batch']) },
    );
    const { value } = await runGraph({ value: symbol }, { logits: matrix([[1000, -1000]]), label: indices(1) });
    expect(value!.data[0]).toBe(2000);
  });
});

describe('learning', () => {
  it('takes all labels of the table, in the order of their letters', async () => {
    expect((await learn({}, ['yes', 'no', 'yes', '10', '9'])).labels).toEqual(['10', '9', 'no', 'yes']);
  });

  it('keeps labels that are given, in their order', async () => {
    expect((await learn({ labels: ['z', 'a'] }, ['a', 'a'])).labels).toEqual(['z', 'a']);
  });

  it('balances: n / (labels · n_label)', async () => {
    const { classWeights } = await learn({ classWeights: 'balanced' }, ['a', 'a', 'a', 'b']);
    expect(classWeights).toEqual({ a: 4 / 6, b: 2 });
  });

  it('leaves weights that are given, and gives none if none are asked for', async () => {
    expect((await learn({ classWeights: { a: 3 } }, ['a', 'b'])).classWeights).toEqual({ a: 3 });
    expect(await learn({}, ['a', 'b'])).not.toHaveProperty('classWeights');
  });

  it('refuses a weight for what is no label', async () => {
    await expect(learn({ classWeights: { a: 2, A: 3 } }, ['a', 'b'])).rejects.toMatchObject({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message: 'classWeights has a weight for "A", which is none of the labels',
      hint: 'Labels: a, b.',
    });
  });

  it('refuses labels given twice', () => {
    expect(classification.options.safeParse({ labels: ['a', 'b', 'a'] }).error?.issues).toMatchObject([
      { path: ['labels'], message: 'two labels are the same' },
    ]);
  });

  it.each([
    [[], 'none'],
    [['a', 'a'], 'only "a"'],
  ])('of the values %j fails: there is nothing to tell apart', async (values, found) => {
    await expect(learn({}, values)).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_TABLE',
      message: `classification needs at least two different labels, and the training table has ${found}`,
    });
  });
});

describe('a target', () => {
  const head = create({ labels: ['no', 'yes'] });

  it('is the index of the label', () => {
    expect(head.target('yes')).toEqual({ label: { dtype: 'int64', shape: [1], data: BigInt64Array.of(1n) } });
  });

  it('that is no label says which are', () => {
    expect(() => head.target('Yes')).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_UNSEEN_LABEL',
        message: '"Yes" is none of the 2 labels that the model knows',
        hint: 'Known labels: no, yes. Train with this label, or correct the table.',
      }),
    );
  });
});

describe('a prediction', () => {
  it('names the best five labels', () => {
    const labels = ['a', 'b', 'c', 'd', 'e', 'f'];
    const [prediction] = create({ labels }).decode({ probabilities: matrix([[0.125, 0, 0.5, 0.25, 0.0625, 0.0625]]) });
    expect(prediction).toEqual({
      label: 'c',
      probability: 0.5,
      candidates: [
        { label: 'c', probability: 0.5 },
        { label: 'd', probability: 0.25 },
        { label: 'a', probability: 0.125 },
        { label: 'e', probability: 0.0625 },
        { label: 'f', probability: 0.0625 },
      ],
    });
  });

  it('prefers the first of equal labels', () => {
    const predictions = create({ labels: ['z', 'a'] }).decode({ probabilities: matrix([[0.5, 0.5]]) });
    expect(predictions.map(({ label }) => label)).toEqual(['z']);
  });

  it('of no samples is none', () => {
    const none: Tensor = { dtype: 'float32', shape: [0, 2], data: new Float32Array(0) };
    expect(create({ labels: ['a', 'b'] }).decode({ probabilities: none })).toEqual([]);
  });
});

describe('scores', () => {
  const head = create({ labels: ['a', 'b', 'c', 'never'] });
  const score = (rows: readonly (readonly number[])[], ...truths: number[]) =>
    head.score({ probabilities: matrix(rows) }, { label: indices(...truths) });

  // Truths a a a b c; guesses a a b b a.
  const rows = [
    [0.9, 0.1, 0, 0],
    [0.6, 0.4, 0, 0],
    [0.3, 0.7, 0, 0],
    [0.1, 0.8, 0.1, 0],
    [0.5, 0.25, 0.25, 0],
  ];
  const scores = score(rows, 0, 0, 0, 1, 2);

  it('count what was taken for what', () => {
    expect(scores.confusion).toEqual({
      labels: ['a', 'b', 'c', 'never'],
      counts: [
        [2, 1, 0, 0],
        [0, 1, 0, 0],
        [1, 0, 0, 0],
        [0, 0, 0, 0],
      ],
    });
  });

  it('are computed by hand', () => {
    expect(scores.primary).toBe('accuracy');
    const { accuracy, balancedAccuracy, macroF1, crossEntropy, calibrationError } = scores.values;
    expect(accuracy).toBeCloseTo(3 / 5, 12);
    // Recall: a 2/3, b 1, c 0; a label that does not occur counts not at all.
    expect(balancedAccuracy).toBeCloseTo((2 / 3 + 1 + 0) / 3, 12);
    // F1 = 2 · right / (truths + guesses): a 4/6, b 2/3, c 0/1.
    expect(macroF1).toBeCloseTo((4 / 6 + 2 / 3 + 0) / 3, 12);
    expect(crossEntropy).toBeCloseTo(-Math.log(0.9 * 0.6 * 0.3 * 0.8 * 0.25) / 5, 6);
    // Five bins with one guess each: confidence 0.9, 0.6, 0.7, 0.8, 0.5; right yes, yes, no, yes, no.
    expect(calibrationError).toBeCloseTo((0.1 + 0.4 + 0.7 + 0.2 + 0.5) / 5, 6);
  });

  it('measure calibration over bins: three of four guesses of 0.75 right is perfect', () => {
    const same = [0.75, 0.25, 0, 0];
    expect(score([same, same, same, same], 0, 0, 0, 1).values['calibrationError']).toBeCloseTo(0, 6);
    expect(score([same, same, same, same], 0, 0, 0, 0).values['calibrationError']).toBeCloseTo(0.25, 6);
  });

  it('are 1 for a perfect table, and count an impossible truth with 1e-12', () => {
    const perfect = score(
      [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
      ],
      0,
      1,
    );
    expect(perfect.values).toEqual({
      accuracy: 1,
      balancedAccuracy: 1,
      macroF1: 1,
      calibrationError: 0,
      crossEntropy: 0,
    });
    expect(score([[1, 0, 0, 0]], 1).values['crossEntropy']).toBeCloseTo(-Math.log(1e-12), 6);
  });

  it('of equal probabilities take the first label, as predictions do', () => {
    expect(score([[0.5, 0.5, 0, 0]], 0).values['accuracy']).toBe(1);
    expect(score([[0.5, 0.5, 0, 0]], 1).values['accuracy']).toBe(0);
  });
});
