import type { Head, Model, PluginFiles, Scores, Tensor } from '@sensorium/contracts';
import { createScope, input } from '@sensorium/graph';
import { share } from '@sensorium/statistics';
import { conformsAsHead, conformsToReadme, expectAllClose, runGraph } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { classification, type ClassificationPrediction } from './index.js';

type Given = z.input<typeof classification.options>;

conformsAsHead(classification, {
  options: [{}, { labels: ['a', 'b', 'c', 'd'], labelSmoothing: 0.1 }, { classWeights: 'balanced', dropout: 0.2 }],
  values: ['c', 'a', 'b', 'a', 'c', 'a'],
  bad: ['A', ''],
});
conformsToReadme(classification, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const files: PluginFiles = new Map();
const create = (given: Given): Head<string, ClassificationPrediction> =>
  classification.create(classification.options.parse(given), files, ['x']);
const learn = (given: Given, values: readonly string[]) =>
  classification.learn!(
    classification.options.parse(given),
    (async function* () {
      yield* values;
    })(),
    files,
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

/** A model of one input, of which the head reads the pooled features [B,dim] alone. */
function modelOf(dim: number): Model {
  const port = (name: string, ...shape: number[]) => input(name, 'float32', ['batch', ...shape]);
  const x = {
    tokens: port('tokens', 1, dim),
    mask: port('mask', 1),
    pooled: port('pooled', dim),
    present: port('present', 1),
  };
  const nothing = () => expect.fail('classification reads the features alone');
  return { features: { x }, inputs: ['x'], input: nothing, encode: nothing, fuse: nothing };
}

/** Weights that let the pooled features through as logits. */
const identity = (size: number): Record<string, Tensor> => ({
  weight: matrix(
    Array.from({ length: size }, (_, row) => Array.from({ length: size }, (_, column) => Number(row === column))),
  ),
  bias: { dtype: 'float32', shape: [size], data: new Float32Array(size) },
});

async function lossOf(
  given: Given,
  logits: readonly (readonly number[])[],
  truths: readonly number[],
): Promise<number> {
  const head = create(given);
  const width = logits[0]!.length;
  const loss = head.loss!(createScope(), modelOf(width), { label: input('label', 'int64', ['batch']) });
  const { value } = await runGraph(
    { value: loss },
    { pooled: matrix(logits), label: indices(...truths) },
    identity(width),
  );
  return Number(value!.data[0]);
}

it('has logits = pooled W + b and their softmax, with the parameters weight and bias', async () => {
  const scope = createScope();
  const outputs = create({ labels: ['a', 'b'], dropout: 0.5 }).answer!(scope, modelOf(3));
  expect(scope.parameters.map(({ name, shape }) => [name, shape])).toEqual([
    ['weight', [3, 2]],
    ['bias', [2]],
  ]);
  const weights: Record<string, Tensor> = {
    weight: matrix([
      [1, 2],
      [0, -1],
      [0.5, 0],
    ]),
    bias: { dtype: 'float32', shape: [2], data: Float32Array.of(0.25, -1) },
  };
  const { logits, probabilities } = await runGraph(outputs, { pooled: matrix([[1, -2, 3]]) }, weights);
  expectAllClose(logits!, matrix([[2.75, 3]]));
  expectAllClose(probabilities!, matrix([[1 / (1 + Math.exp(0.25)), 1 / (1 + Math.exp(-0.25))]]));
});

describe('the loss', () => {
  const logits = [
    [2, -1, 0.5],
    [0, 3, 1],
    [-2, 0, 1],
    [1, 1, 1],
  ];
  const truths = [0, 2, 2, 1];

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
    const loss = await lossOf({ labels: ['a', 'b', 'c'], ...given }, logits, truths);
    expectAllClose([loss], [formula(weights, smoothing)], { relative: 1e-5 });
  });

  it('is finite for logits of any size', async () => {
    expect(await lossOf({ labels: ['a', 'b'] }, [[1000, -1000]], [1])).toBe(2000);
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
    expect(head.target!.prepare('yes')).toEqual({
      label: { dtype: 'int64', shape: [1], data: BigInt64Array.of(1n) },
    });
  });

  it('that is no label says which are', () => {
    expect(() => head.target!.prepare('Yes')).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_UNSEEN_LABEL',
        message: '"Yes" is none of the 2 labels that the model knows',
        hint: 'Known labels: no, yes. Train with this label, or correct the table.',
      }),
    );
  });
});

describe('a prediction', () => {
  const decode = (labels: string[], probabilities: Tensor) => create({ labels }).decode!({ probabilities });

  it('is the most probable label, and names the best five', () => {
    const [prediction] = decode(['a', 'b', 'c', 'd', 'e', 'f'], matrix([[0.125, 0, 0.5, 0.25, 0.0625, 0.0625]]));
    expect(prediction).toEqual({
      text: 'c',
      confidence: 0.5,
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
    expect(decode(['z', 'a'], matrix([[0.5, 0.5]])).map(({ text }) => text)).toEqual(['z']);
  });

  it('of no samples is none', () => {
    expect(decode(['a', 'b'], { dtype: 'float32', shape: [0, 2], data: new Float32Array(0) })).toEqual([]);
  });
});

describe('the meter', () => {
  const labels = ['a', 'b', 'c', 'never'];
  function measure(rows: readonly (readonly number[])[], ...truths: number[]) {
    const meter = create({ labels }).meter!();
    const badness = meter.add({ probabilities: matrix(rows) }, { label: indices(...truths) });
    return { badness, scores: meter.result() };
  }
  const values = ({ metrics }: Scores) =>
    Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value]));

  // Truths a a a b c; answers a a b b a.
  const rows = [
    [0.9, 0.1, 0, 0],
    [0.6, 0.4, 0, 0],
    [0.3, 0.7, 0, 0],
    [0.1, 0.8, 0.1, 0],
    [0.5, 0.25, 0.25, 0],
  ];
  const { badness, scores } = measure(rows, 0, 0, 0, 1, 2);

  it('counts what was taken for what', () => {
    expect(scores.panels?.[0]).toMatchObject({
      kind: 'matrix',
      rows: labels,
      columns: labels,
      counts: [
        [2, 1, 0, 0],
        [0, 1, 0, 0],
        [1, 0, 0, 0],
        [0, 0, 0, 0],
      ],
    });
  });

  it('of many labels lists the pairs that were confused, in a panel of kilobytes', () => {
    const many = Array.from({ length: 6500 }, (_, label) => `label ${label}`);
    const meter = create({ labels: many }).meter!();
    const answers = [1, 1, 2, 4000, 4000, 4000, 17];
    const truths = [1, 5, 2, 6499, 6499, 7, 6499];
    for (const [index, answer] of answers.entries()) {
      const probabilities = new Float32Array(many.length);
      probabilities[answer] = 1;
      meter.add(
        { probabilities: { dtype: 'float32', shape: [1, many.length], data: probabilities } },
        { label: indices(truths[index]!) },
      );
    }
    const scores = meter.result();
    expect(scores.panels?.[0]).toMatchObject({
      kind: 'table',
      meaning: 'A matrix of 6,500 labels would be too large; these are 4 of the 4 pairs that were confused.',
      rows: [
        ['label 6499', 'label 4000', 2, 3],
        ['label 5', 'label 1', 1, 1],
        ['label 7', 'label 4000', 1, 1],
        ['label 6499', 'label 17', 1, 3],
      ],
    });
    expect(JSON.stringify(scores).length).toBeLessThan(10_000);
  });

  it('draws how often answers are right that are so sure, by fifteenths', () => {
    const same = [0.75, 0.25, 0, 0];
    const [, panel] = measure([same, same, same, same, [0.01, 0.02, 0.97, 0]], 0, 0, 0, 1, 2).scores.panels ?? [];
    expect(panel).toMatchObject({
      kind: 'bins',
      ideal: 'diagonal',
      bins: [
        { from: 11 / 15, to: 12 / 15, at: 0.75, value: 0.75, count: 4, interval: share(3, 4).interval },
        { from: 14 / 15, to: 1, at: expect.closeTo(0.97, 6) as number, value: 1, count: 1 },
      ],
    });
  });

  it('names the second label, and where the answer is wrong how probable the right one is', () => {
    const meter = create({ labels }).meter!();
    const given = matrix([
      [0.5, 0.25, 0.25, 0],
      [0.125, 0.75, 0.125, 0],
      [0, 0.25, 0.625, 0.125],
    ]);
    expect(meter.details!({ probabilities: given }, { label: indices(0, 2, 1) })).toEqual([
      [{ title: 'runner-up', text: 'b', confidence: 0.25 }],
      [
        { title: 'runner-up', text: 'a', confidence: 0.125 },
        { title: 'right', text: 'c', confidence: 0.125 },
      ],
      [{ title: 'runner-up, and right', text: 'b', confidence: 0.25 }],
    ]);
  });

  it('says how far scores may lie from those of other samples: accuracy by Wilson, the others by resampling', () => {
    const { accuracy, balancedAccuracy, macroF1, crossEntropy } = scores.metrics;
    expect(accuracy!.interval).toEqual(share(3, 5).interval);
    for (const metric of [balancedAccuracy!, macroF1!, crossEntropy!]) {
      expect(metric.interval!.low).toBeLessThan(metric.value);
      expect(metric.interval!.high).toBeGreaterThan(metric.value);
    }
  });

  it('computes what is computed by hand', () => {
    expect(scores.decides).toBe('accuracy');
    const { accuracy, balancedAccuracy, macroF1, crossEntropy, calibrationError } = values(scores);
    expect(accuracy).toBeCloseTo(3 / 5, 12);
    // Recall: a 2/3, b 1, c 0; a label that does not occur counts not at all.
    expect(balancedAccuracy).toBeCloseTo((2 / 3 + 1 + 0) / 3, 12);
    // F1 = 2 · right / (truths + answers): a 4/6, b 2/3, c 0/1.
    expect(macroF1).toBeCloseTo((4 / 6 + 2 / 3 + 0) / 3, 12);
    expect(crossEntropy).toBeCloseTo(-Math.log(0.9 * 0.6 * 0.3 * 0.8 * 0.25) / 5, 6);
    // Five bins with one answer each: confidence 0.9, 0.6, 0.7, 0.8, 0.5; right yes, yes, no, yes, no.
    expect(calibrationError).toBeCloseTo((0.1 + 0.4 + 0.7 + 0.2 + 0.5) / 5, 6);
  });

  it('says of each metric which way is better, and what the commonest label would reach', () => {
    expect(Object.entries(scores.metrics).map(([name, { better, unit }]) => `${name} ${better} ${unit}`)).toEqual([
      'accuracy higher %',
      'balancedAccuracy higher %',
      'macroF1 higher %',
      'calibrationError lower %',
      'crossEntropy lower nats',
    ]);
    const baselines = Object.entries(scores.metrics).map(([name, { baseline }]) => [name, baseline]);
    // Truths a a a b c, answered with a: recalls 1, 0, 0; F1 6/8, 0, 0.
    const title = 'always “a”';
    expect(Object.fromEntries(baselines)).toEqual({
      accuracy: { value: 0.6, title },
      balancedAccuracy: { value: 1 / 3, title },
      macroF1: { value: expect.closeTo(0.75 / 3, 12) as number, title },
      calibrationError: undefined,
      crossEntropy: {
        value: expect.closeTo(-(0.6 * Math.log(0.6) + 0.4 * Math.log(0.2)), 12) as number,
        title: 'labels as common as here',
      },
    });
  });

  it('finds those samples bad whose truth is improbable: −ln p', () => {
    expectAllClose(
      badness,
      [0.9, 0.6, 0.3, 0.8, 0.25].map((probability) => -Math.log(probability)),
    );
  });

  it('gives the same batch by batch', () => {
    const meter = create({ labels }).meter!();
    for (const [row, truth] of [0, 0, 0, 1, 2].entries()) {
      meter.add({ probabilities: matrix([rows[row]!]) }, { label: indices(truth) });
    }
    expect(meter.result()).toEqual(scores);
  });

  it('measures calibration over bins: three of four answers of 0.75 right is perfect', () => {
    const same = [0.75, 0.25, 0, 0];
    const error = (...truths: number[]) =>
      values(measure([same, same, same, same], ...truths).scores)['calibrationError'];
    expect(error(0, 0, 0, 1)).toBeCloseTo(0, 6);
    expect(error(0, 0, 0, 0)).toBeCloseTo(0.25, 6);
  });

  it('finds a perfect table perfect, and counts an impossible truth with 1e-12', () => {
    const perfect = measure(
      [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
      ],
      0,
      1,
    );
    expect(values(perfect.scores)).toEqual({
      accuracy: 1,
      balancedAccuracy: 1,
      macroF1: 1,
      calibrationError: 0,
      crossEntropy: 0,
    });
    expect(values(measure([[1, 0, 0, 0]], 1).scores)['crossEntropy']).toBeCloseTo(-Math.log(1e-12), 6);
  });

  it('of equal probabilities takes the first label, as predictions do', () => {
    expect(values(measure([[0.5, 0.5, 0, 0]], 0).scores)['accuracy']).toBe(1);
    expect(values(measure([[0.5, 0.5, 0, 0]], 1).scores)['accuracy']).toBe(0);
  });
});
