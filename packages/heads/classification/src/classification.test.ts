import type { Head, Model, PluginFiles, Tensor } from '@sensorium/contracts';
import { createScope, input } from '@sensorium/graph';
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

  it('gives the probability of every label, in their order, where all is asked for', () => {
    const labels = ['z', 'a', 'b', 'c', 'd', 'e', '__proto__'];
    const given = [0.0625, 0.5, 0.125, 0.125, 0.0625, 0.0625, 0.0625];
    const head = create({ labels });
    const [prediction] = head.decode!({ probabilities: matrix([given]) }, { full: true });
    expect(Object.entries(prediction!.probabilities!)).toEqual(labels.map((label, index) => [label, given[index]]));
    expect(prediction!.candidates).toHaveLength(5);
    expect(head.decode!({ probabilities: matrix([given]) })[0]).not.toHaveProperty('probabilities');
  });

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
